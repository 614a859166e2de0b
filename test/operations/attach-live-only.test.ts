import assert from 'node:assert/strict';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { attachTo } from './attaching.js';
import { look } from './curing.js';
import { NO_WORDS } from './detaching.js';
import { domainXml } from './domains.js';
import { openWorld, type TestWorld } from './world.js';

const LIVE = { ...NO_WORDS, live: true };

async function kindOf(world: TestWorld, mac: string): Promise<string | undefined> {
  const { nics } = await look(world.hypervisor, 'web1');
  return nics.find(({ nic }) => nic.mac === mac)?.verdict.kind;
}

describe('attaching to the running definition alone', () => {
  it('is live-only, unless it is said to be meant so', async () => {
    await using world = await openWorld({ domains: [{ xml: domainXml() }] });
    const plain = await attachTo(world, {}, { affect: LIVE });
    const meant = await attachTo(world, {}, { affect: LIVE, allowLiveOnly: true });
    assert.deepEqual([plain.outcome, meant.outcome], ['done', 'done']);
    assert.ok(meant.plan.some(({ step }) => step === 'mark-live-only'));
    assert.equal(await kindOf(world, plain.mac), 'live-only');
    assert.equal(await kindOf(world, meant.mac), 'unknown', 'only the guest is missing');
  });

  it('cannot be meant so of a NIC that goes to both definitions; nothing is changed', async () => {
    await using world = await openWorld({ domains: [{ xml: domainXml() }] });
    const before = world.daemon.domain('web1').liveXml;
    await assert.rejects(attachTo(world, {}, { allowLiveOnly: true }), (error) => {
      assert.ok(isHotnicError(error, 'allow-live-only'));
      return error.exitCode === 2;
    });
    assert.equal(world.daemon.domain('web1').liveXml, before);
  });

  it('needs no mark in a transient domain', async () => {
    await using world = await openWorld({ domains: [{ xml: domainXml(), persistent: false }] });
    const { outcome, plan } = await attachTo(world, {}, { affect: LIVE, allowLiveOnly: true });
    assert.equal(outcome, 'done');
    assert.ok(!plan.some(({ step }) => step === 'mark-live-only'));
  });
});
