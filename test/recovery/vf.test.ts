import assert from 'node:assert/strict';
import { readRun } from '../../lib/journal/index.js';
import { halfDoneRuns, resumeRun, undoRun } from '../../lib/operations/recovery/index.js';
import { attachTo } from '../operations/attaching.js';
import { detachFrom } from '../operations/detaching.js';
import { openPfWorld } from '../operations/passthrough/fake-host.js';
import { cutOff } from './cut-off.js';
import { openJournalled, type Journalled } from './journalled.js';

const MAC = '52:54:00:00:00:51';
type World = Awaited<ReturnType<typeof openPfWorld>>;

/** Records of an attach after which it may be cut off. */
const CUTS = ['vf-set saved', 'vf-set ended', 'attach-device begun', 'attach-device ended'] as const;

describe('a run with a VF that was cut off', function () {
  this.timeout(60_000);
  let at: World;
  let journal: Journalled;
  let before: unknown;
  beforeEach(async () => {
    at = await openPfWorld();
    journal = await openJournalled();
    before = structuredClone(at.pf.rows);
  });
  afterEach(async () => {
    await at[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
  });

  const attachVf = () =>
    attachTo(
      at,
      {
        type: 'hostdev',
        vf: { pf: 'pf0', index: 1 },
        model: undefined,
        managed: true,
        mac: MAC,
        vlan: { tags: [{ id: 7 }] },
      },
      { ...journal.recorded, vf: { settings: { trust: true }, createVfs: null } },
    );
  const nicThere = () => {
    const { liveXml, configXml } = at.daemon.domain('web1');
    return [liveXml, configXml].map((xml) => xml?.includes(MAC) ?? false);
  };
  const dressed = { mac: MAC, vlan: 7, qos: 0, spoofchk: true, trust: true, link_state: 'auto', max_tx: 0 };

  /** Cuts the newest run off behind that record. */
  async function cutBehind(cut: string): Promise<string> {
    const run = await journal.last();
    const [step = '', what = ''] = cut.split(' ');
    const { entries } = await readRun(journal.state, run);
    const type = { begun: 'step-begin', saved: 'note', ended: 'step-end' }[what];
    const nth = entries.findIndex((entry) => entry.type === type && 'step' in entry && entry.step === step);
    assert.ok(nth >= 0, `${cut} is in the record`);
    let count = -1;
    await cutOff(journal.state, run, () => (count += 1) > nth);
    return run;
  }

  for (const cut of CUTS) {
    it(`is taken back when an attach is known up to: ${cut}`, async () => {
      await attachVf();
      const run = await cutBehind(cut);
      assert.equal((await halfDoneRuns(journal.state)).length, 1);
      const { outcome, summary } = await undoRun(journal.options(run, at));
      assert.equal(outcome, 'done', summary);
      assert.deepEqual(nicThere(), [false, false]);
      assert.deepEqual(at.pf.rows, before);
      assert.equal(await at.pf.driverOf(1), 'igbvf');
    });
  }
  for (const cut of CUTS) {
    it(`is finished when an attach is known up to: ${cut}`, async () => {
      await attachVf();
      const run = await cutBehind(cut);
      const { outcome, summary } = await resumeRun(journal.options(run, at));
      assert.equal(outcome, 'done', summary);
      assert.deepEqual(nicThere(), [true, true]);
      assert.deepEqual(at.pf.rows[1], dressed);
    });
  }
  it('is remembered by the detach that follows: the row of before the first run comes back', async () => {
    await attachVf();
    const resumed = await resumeRun(journal.options(await cutBehind('attach-device begun'), at));
    assert.equal(resumed.outcome, 'done', resumed.summary);
    const { outcome, warnings } = await detachFrom(at, { nic: MAC, ...journal.recorded });
    assert.equal(outcome, 'done', warnings.join('; '));
    assert.deepEqual(at.pf.rows, before);
  });

  it('is forgotten once it was given back: another attach has a row of its own', async () => {
    await attachVf();
    await detachFrom(at, { nic: MAC, ...journal.recorded });
    const row = at.pf.rows[1];
    assert.ok(row);
    row.qos = 3;
    row.spoofchk = false;
    const changed = structuredClone(at.pf.rows);
    await attachVf();
    await detachFrom(at, { nic: MAC, ...journal.recorded });
    assert.deepEqual(at.pf.rows, changed);
  });

  it('is undone with the run that was done: the NIC goes first, then its row comes back', async () => {
    await attachVf();
    const { outcome, summary, plan } = await undoRun(journal.options(await journal.last(), at));
    assert.equal(outcome, 'done', summary);
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['take-out-live', 'take-out-config', 'prove-definitions', 'vf-set'],
    );
    assert.deepEqual(at.pf.rows, before);
  });

  for (const cut of [
    'release begun',
    'release ended',
    'remove-config ended',
    'vf-return begun',
    'vf-return ended',
  ]) {
    it(`is finished when a detach is known up to: ${cut}`, async () => {
      await attachVf();
      await detachFrom(at, { nic: MAC, ...journal.recorded });
      const row = at.pf.rows[1];
      assert.ok(row);
      // As libvirt leaves it: what hotnic would have put back is not put back yet.
      if (cut !== 'vf-return ended') row.trust = true;
      const run = await cutBehind(cut);
      const { outcome, summary } = await resumeRun(journal.options(run, at));
      assert.equal(outcome, 'done', summary);
      assert.deepEqual(nicThere(), [false, false]);
      assert.deepEqual(at.pf.rows, before);
    });
    it(`is taken back when a detach is known up to: ${cut}`, async () => {
      await attachVf();
      await detachFrom(at, { nic: MAC, ...journal.recorded });
      const run = await cutBehind(cut);
      const { outcome, summary } = await undoRun(journal.options(run, at));
      assert.equal(outcome, 'done', summary);
      assert.deepEqual(nicThere(), [true, true]);
      if (cut.startsWith('vf-return')) assert.deepEqual(at.pf.rows[1], dressed);
      const again = await detachFrom(at, { nic: MAC, ...journal.recorded });
      assert.equal(again.outcome, 'done', again.summary);
      assert.deepEqual(
        at.pf.rows,
        before,
        'a detach that was taken back makes nobody forget the row of before',
      );
    });
  }
});
