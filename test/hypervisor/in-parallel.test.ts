import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { atMost } from '../../lib/hypervisor/in-parallel.js';

describe('work that comes bit by bit', () => {
  it('is done a few pieces at a time, in the order in which it came', async () => {
    const atOnce = atMost<number>(2);
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const piece = (index: number) => async () => {
      begun.push(index);
      most = Math.max(most, ++running);
      await turn();
      running--;
      return index;
    };
    const results = await Promise.all([0, 1, 2, 3, 4].map((index) => atOnce(piece(index))));
    assert.deepEqual([results, begun, most, running], [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], 2, 0]);
  });

  it('ends with the first failure: nothing that waits is begun', async () => {
    const atOnce = atMost<string>(1);
    const begun: string[] = [];
    const failing = atOnce(async () => {
      await turn();
      throw new Error('no');
    });
    const waiting = atOnce(() => Promise.resolve(begun.push('waiting').toString()));
    await assert.rejects(failing, /no/);
    await assert.rejects(waiting, /no/);
    await assert.rejects(
      atOnce(() => Promise.resolve(begun.push('later').toString())),
      /no/,
    );
    assert.deepEqual(begun, []);
  });
});
