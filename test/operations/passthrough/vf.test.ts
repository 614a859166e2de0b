import assert from 'node:assert/strict';
import { attachTo, refused } from '../attaching.js';
import { detachFrom } from '../detaching.js';
import { openJournalled, type Journalled } from '../../recovery/journalled.js';
import { openPfWorld, PF, vfAt } from './fake-host.js';
import { resumeRun } from '../../../lib/operations/recovery/index.js';

const MAC = '52:54:00:00:00:51';

describe('a VF for a guest', function () {
  this.timeout(30_000);
  let at: Awaited<ReturnType<typeof openPfWorld>>;
  let journal: Journalled;
  beforeEach(async () => {
    at = await openPfWorld();
    journal = await openJournalled();
  });
  afterEach(async () => {
    await at[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
  });
  const attachVf = (
    vf: { pf: string; index?: number },
    more: Parameters<typeof attachTo>[2] = {},
    input: object = {},
  ) =>
    attachTo(
      at,
      { type: 'hostdev', vf, model: undefined, managed: true, mac: MAC, ...input },
      { ...journal.recorded, ...more },
    );
  const set = (settings: object) => ({ vf: { settings, createVfs: null } });
  const detachVf = (more: Parameters<typeof detachFrom>[1] = {}) =>
    detachFrom(at, { nic: MAC, ...journal.recorded, ...more });

  it('is chosen among the free ones, dressed through its PF, and given to both definitions', async () => {
    const { outcome, summary, vf, mac } = await attachVf(
      { pf: 'pf0' },
      set({ trust: true, spoofCheck: false, maxTxRate: 100 }),
      { vlan: { tags: [{ id: 42 }] }, mac: undefined },
    );
    assert.equal(outcome, 'done', summary);
    assert.deepEqual(vf, { pf: 'pf0', physicalFunction: PF, index: 0, function: vfAt(0) });
    assert.deepEqual(at.pf.rows[0], {
      mac,
      vlan: 42,
      qos: 0,
      spoofchk: false,
      trust: true,
      link_state: 'auto',
      max_tx: 100,
    });
    assert.match(at.daemon.domain('web1').configXml ?? '', /type=["']hostdev["']/);
  });

  it('comes back with the row that it had', async () => {
    const before = structuredClone(at.pf.rows);
    await attachVf({ pf: 'pf0' }, set({ trust: true }), { vlan: { tags: [{ id: 7 }] } });
    const { outcome, summary, warnings } = await detachVf();
    assert.equal(outcome, 'done', summary);
    assert.deepEqual(at.pf.rows, before);
    assert.equal(await at.pf.driverOf(0), 'igbvf');
    assert.deepEqual(
      warnings.filter((text) => text.includes('VF')),
      [],
    );
  });

  it('that hotnic has not attached comes back as libvirt leaves it, and that is said', async () => {
    const [, , bus = '', slot = '', fn = ''] = /^(.*):(..):(..)\.(.)$/.exec(vfAt(1)) ?? [];
    const source = `<source><address type='pci' domain='0x0000' bus='0x${bus}' slot='0x${slot}' function='0x${fn}'/></source>`;
    const domain = await at.hypervisor.act.domainLookupByName('web1');
    await domain.attachDeviceFlags(
      `<interface type='hostdev' managed='yes'><mac address='${MAC}'/>${source}</interface>`,
      3,
    );
    await at.pf.sync();
    const row = at.pf.rows[1];
    assert.ok(row);
    row.trust = true;
    const { outcome, warnings } = await detachVf();
    assert.equal(outcome, 'done');
    assert.ok(warnings.some((text) => /no record of how VF 1 of 0000:01:00\.0 was before/.test(text)));
    assert.equal(row.trust, true, 'nothing is guessed');
  });

  it('is waited for when it comes back late, and the detach is pending when it does not come at all', async () => {
    const before = structuredClone(at.pf.rows);
    await attachVf({ pf: 'pf0' }, set({ trust: true }));
    at.pf.keepsAway = true;
    const { outcome, summary, next, run } = await detachVf({ timeoutMs: 600 });
    assert.equal(outcome, 'pending', summary);
    assert.match(summary, /has not come back after 0\.6 s: it has the driver vfio-pci, not igbvf/);
    assert.match(next ?? '', /hotnic nodedev recover 0000:01:10\.0, then hotnic journal resume/);
    at.pf.keepsAway = false;
    await attachTo(at, {}, journal.recorded);
    const resumed = await resumeRun(journal.options(run ?? '', at));
    assert.equal(resumed.outcome, 'done', resumed.summary);
    assert.deepEqual(at.pf.rows, before);
  });

  it('is set again while its PF is busy, five times', async () => {
    at.pf.refuse.set('mac', { text: 'Device or resource busy', times: 4 });
    const { outcome } = await attachVf({ pf: 'pf0', index: 2 });
    assert.equal(outcome, 'done');
    assert.equal(at.pf.rows[2]?.mac, MAC);
  });

  it('that its PF refuses to set is put back as it was, and the reason is told', async () => {
    const before = structuredClone(at.pf.rows);
    at.pf.refuse.set('trust', { text: 'Operation not supported', times: 9 });
    const { outcome, details, summary } = await attachVf({ pf: 'pf0' }, set({ trust: true }));
    assert.equal(outcome, 'failed');
    assert.match(summary, /pf0 refuses trust on for its VF 0/);
    assert.ok(details.includes('why: the driver of the PF does not know trust'), details.join('; '));
    assert.deepEqual(at.pf.rows, before);
    assert.doesNotMatch(at.daemon.domain('web1').configXml ?? '', /hostdev/);
  });

  it('that could not be put back wholly ends the detach as half done, with what is left', async () => {
    await attachVf({ pf: 'pf0' }, set({ trust: true }));
    at.pf.refuse.set('trust', { text: 'Operation not permitted', times: 9 });
    const { outcome, exitCode, summary } = await detachVf();
    assert.deepEqual([outcome, exitCode], ['half', 5]);
    assert.match(summary, /VF 0 of pf0 is not as it was: trust is on, was off/);
  });

  it('is not one that has addresses, is a port, or is named by a definition', async () => {
    at.pf.netdevFacts.set(0, {
      addr_info: [{ local: '192.0.2.7', prefixlen: 24, family: 'inet' }],
      flags: ['UP'],
    });
    at.pf.netdevFacts.set(1, { master: 'br0' });
    const { vf } = await attachVf({ pf: PF });
    assert.equal(vf?.index, 2);
    await refused(
      at,
      attachTo(at, { type: 'hostdev', vf: { pf: 'pf0' }, model: undefined, managed: true }),
      'no-free-vf',
      /--create-vfs/,
    );
    await refused(
      at,
      attachTo(at, { type: 'hostdev', vf: { pf: 'pf0', index: 0 }, model: undefined, managed: true }),
      'vf-in-use',
      /--vf pf0/,
    );
  });

  it('may be named by its own function, also in upper case', async () => {
    const { vf } = await attachTo(
      at,
      { type: 'hostdev', hostdev: vfAt(1).toUpperCase(), model: undefined, managed: true },
      journal.recorded,
    );
    assert.equal(vf?.index, 1);
  });

  const refusals: readonly [string, { pf: string; index?: number }, string, RegExp, (() => void)?][] = [
    ['beyond the count', { pf: 'pf0', index: 3 }, 'vf-beyond-count', /the PF could have 7/],
    ['beyond what the PF can have', { pf: 'pf0', index: 9 }, 'vf-beyond-count', /cannot have more than 7/],
    ['of a PF that is not there', { pf: 'enp9s0' }, 'device-not-found', /PFs of this host: pf0/],
    ['of a function that is not there', { pf: '0000:77:00.0' }, 'function-not-found', /nodedev list/],
    ['of a VF', { pf: vfAt(1) }, 'not-a-pf', /--vf 0000:01:00\.0:1/],
    [
      'of a PF that is down',
      { pf: 'pf0' },
      'pf-not-up',
      /ip link set dev pf0 up/,
      () => (at.pf.pfUp = false),
    ],
  ];
  for (const [what, vf, code, next, first] of refusals)
    it(`${what} is refused, and nothing is changed`, async () => {
      const before = structuredClone(at.pf.rows);
      first?.();
      await refused(at, attachVf(vf), code, next);
      assert.deepEqual(at.pf.rows, before);
      assert.deepEqual(at.pf.sets, []);
    });

  it('is made first when asked for, and never while one is in use', async () => {
    const create = (count: number) => ({ vf: { settings: {}, createVfs: count } });
    await refused(at, attachVf({ pf: 'pf0' }, create(8)), 'vfs-beyond-total', /--create-vfs 7/);
    const { outcome, vf, summary } = await attachVf({ pf: 'pf0', index: 4 }, create(5));
    assert.equal(outcome, 'done', summary);
    assert.deepEqual([vf?.function, at.pf.rows.length], [vfAt(4), 5]);
    await refused(
      at,
      attachVf({ pf: 'pf0' }, create(7), { mac: '52:54:00:00:00:52' }),
      'vfs-in-use',
      /takes a free one/,
    );
    assert.equal(at.pf.rows.length, 5);
  });

  it('takes one VLAN, and settings only while the domain runs', async () => {
    await refused(
      at,
      attachVf({ pf: 'pf0' }, {}, { vlan: { tags: [{ id: 1 }, { id: 2 }] } }),
      'vlan-invalid',
      /once/,
    );
    const config = { live: false, config: true, current: false, persistent: false };
    await refused(
      at,
      attachVf({ pf: 'pf0' }, { ...set({ trust: true }), affect: config }),
      'vf-settings-live',
      /start the domain/,
    );
    const { outcome } = await attachVf({ pf: 'pf0' }, { affect: config });
    assert.equal(outcome, 'done');
    assert.deepEqual(at.pf.sets, [], 'a definition alone changes nothing on the PF');
  });

  it('is not touched by a dry run, which says what would be done', async () => {
    const { plan, outcome } = await attachVf({ pf: 'pf0' }, { ...set({ trust: true }), dryRun: true });
    assert.equal(outcome, 'planned');
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['vf-set', 'attach-device', 'prove-definitions', 'prove-vf', 'prove-guest'],
    );
    assert.match(
      plan[0]?.describe ?? '',
      /set VF 0 of 0000:01:00\.0 \(0000:01:10\.0\): 52:54:00:00:00:51, trust on/,
    );
    assert.deepEqual(at.pf.sets, []);
  });
});
