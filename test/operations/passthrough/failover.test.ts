import assert from 'node:assert/strict';
import { readDomain } from '../../../lib/xml/domain.js';
import { attachPair } from '../../../lib/operations/passthrough/attach-pair.js';
import { undoRun } from '../../../lib/operations/recovery/index.js';
import { checkInterfaceSpec } from '../../../lib/xml/interface-spec.js';
import { attachTo, refused } from '../attaching.js';
import { detachFrom, NO_WORDS } from '../detaching.js';
import { openJournalled, type Journalled } from '../../recovery/journalled.js';
import { silent } from '../world.js';
import { openPfWorld, vfAt } from './fake-host.js';

describe('a failover pair', function () {
  this.timeout(30_000);
  let at: Awaited<ReturnType<typeof openPfWorld>>;
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

  const pair = () =>
    attachPair({
      hypervisor: at.hypervisor,
      domain: 'web1',
      spec: checkInterfaceSpec({ type: 'user', model: 'virtio' }),
      failoverVf: { pf: 'pf0', index: 1 },
      affect: NO_WORDS,
      guest: null,
      waitIp: false,
      keep: false,
      force: false,
      settleMs: 0,
      timeoutMs: 2000,
      dryRun: false,
      signal: new AbortController().signal,
      progress: silent(),
      ...journal.recorded,
    });
  /** Teaming, MAC and function of the NICs of a definition that have to do with it. */
  const halves = (half: 'liveXml' | 'configXml') =>
    readDomain(at.daemon.domain('web1')[half] ?? '')
      .interfaces.filter(({ teaming }) => teaming !== null)
      .map(({ teaming, mac, hostdevSource, alias }) => ({ type: teaming?.type, mac, hostdevSource, alias }));

  it('is attached as one: a virtio NIC that stays and a VF with its MAC, in both definitions', async () => {
    const { outcome, summary, mac, vf, proof } = await pair();
    assert.equal(outcome, 'done', summary);
    assert.deepEqual([vf?.index, proof.live, proof.config], [1, 'there', 'there']);
    for (const half of ['liveXml', 'configXml'] as const) {
      const [staying, passing] = halves(half);
      assert.deepEqual([staying?.type, staying?.mac, staying?.alias], ['persistent', mac, proof.alias]);
      assert.deepEqual([passing?.type, passing?.mac, passing?.hostdevSource], ['transient', mac, vfAt(1)]);
    }
    assert.equal(at.pf.rows[1]?.mac, mac);
  });

  it('loses its VF, which comes back to the host, and gets one again', async () => {
    const { proof, mac } = await pair();
    const vfAlias = halves('liveXml')[1]?.alias ?? '';
    const { outcome, summary } = await detachFrom(at, { nic: vfAlias, ...journal.recorded });
    assert.equal(outcome, 'done', summary);
    assert.deepEqual(at.pf.rows, before);
    assert.equal(halves('configXml').length, 1);
    const vf = { type: 'hostdev', vf: { pf: 'pf0' }, model: undefined, managed: true } as const;
    const again = await attachTo(at, vf, { failoverOf: proof.alias ?? '', ...journal.recorded });
    assert.deepEqual([again.outcome, again.mac], ['done', mac], again.summary);
    assert.deepEqual(
      halves('liveXml').map(({ type }) => type),
      ['persistent', 'transient'],
    );
    await refused(
      at,
      attachTo(at, vf, { failoverOf: proof.alias ?? '' }),
      'failover-partner',
      /takes its VF out first/,
    );
    await refused(at, attachTo(at, vf, { failoverOf: 'ua-other' }), 'failover-partner', /ua-pair-/);
  });

  it('is not left in halves when the second cannot be had', async () => {
    at.pf.refuse.set('mac', { text: 'Operation not permitted', times: 9 });
    const { outcome } = await pair();
    assert.equal(outcome, 'failed');
    assert.deepEqual([...halves('liveXml'), ...halves('configXml')], []);
    assert.deepEqual(at.pf.rows, before);
  });

  it('is taken back as one', async () => {
    const { run } = await pair();
    const { outcome, summary } = await undoRun(journal.options(run ?? '', at));
    assert.equal(outcome, 'done', summary);
    assert.deepEqual([...halves('liveXml'), ...halves('configXml')], []);
    assert.deepEqual(at.pf.rows, before);
  });
});
