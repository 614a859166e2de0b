import assert from 'node:assert/strict';
import { SessionPool } from '../../lib/channel/ssh/session-pool.js';

const never = new AbortController().signal;

describe('SessionPool', () => {
  it('lets as many in as its limit, and the next one when one leaves', async () => {
    const pool = new SessionPool(2);
    const leave = await pool.take(never);
    await pool.take(never);
    let third = false;
    const waiting = pool.take(never).then(() => {
      third = true;
    });
    await new Promise(setImmediate);
    assert.equal(third, false);
    leave();
    leave();
    await waiting;
    assert.equal(pool.open, 2);
  });

  it('forgets who gave up waiting', async () => {
    const pool = new SessionPool(1);
    const leave = await pool.take(never);
    const impatient = new AbortController();
    const gaveUp = assert.rejects(pool.take(impatient.signal), /enough/);
    const patient = pool.take(never);
    impatient.abort(new Error('enough'));
    await gaveUp;
    leave();
    await patient;
    assert.equal(pool.open, 1);
  });

  it('gives back a place that came in the same moment as the wait ended', async () => {
    const pool = new SessionPool(1);
    const leave = await pool.take(never);
    const impatient = new AbortController();
    const gaveUp = assert.rejects(pool.take(impatient.signal), /enough/);
    impatient.abort(new Error('enough'));
    leave();
    await gaveUp;
    assert.equal(pool.open, 0);
  });

  it('learns a smaller limit from the server, never none', async () => {
    const pool = new SessionPool(8);
    pool.learn(0);
    const leave = await pool.take(never);
    let second = false;
    void pool.take(never).then(() => {
      second = true;
    });
    await new Promise(setImmediate);
    assert.equal(second, false);
    leave();
    await new Promise(setImmediate);
    assert.equal(second, true);
  });
});
