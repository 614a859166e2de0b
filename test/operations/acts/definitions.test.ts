import assert from 'node:assert/strict';
import type { PlannedAct } from '../../../lib/operations/acts/act.js';
import { markLiveOnly } from '../../../lib/operations/live-only-marks.js';
import { parseMac } from '../../../lib/nic/mac-address.js';
import { actWorld, runActs } from '../curing.js';
import { domainXml, MAC_A, MAC_B, userNic } from '../domains.js';
import { openWorld } from '../world.js';
import { definitions, findings, kindOf, oneNic, twoNics } from './web1.js';

describe('a NIC in the running definition alone', () => {
  it('is given to the persistent one with its address, and nothing else is changed', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic, liveXml: twoNics }] });
    const { cure, kind } = await findings(world);
    assert.equal(kind, 'live-only');
    const [live] = await definitions(world);
    const result = await runActs(cure.remedies[0]?.acts ?? [], actWorld(world.hypervisor));
    assert.equal(result.outcome, 'done', result.error?.message);
    const [liveNow, config] = await definitions(world);
    assert.equal(liveNow, live);
    assert.match(config, new RegExp(`${MAC_B}[^]*bus='0x02'`));
    assert.equal(await kindOf(world), 'unknown', 'only the guest is missing now');
  });

  it('or is taken out, and both ways are undone when a later step fails', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic, liveXml: twoNics }] });
    const { cure } = await findings(world);
    const before = await definitions(world);
    for (const { acts } of cure.remedies) {
      const result = await runActs(acts, actWorld(world.hypervisor), { fails: true });
      assert.equal(result.outcome, 'failed');
      const [live, config] = await definitions(world);
      assert.equal(config, before[1]);
      assert.match(live, new RegExp(MAC_B));
      assert.equal(await kindOf(world), 'live-only');
    }
  });

  it('is passed over when the domain’s metadata say that it is meant so; the mark goes with others’ NICs', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic, liveXml: twoNics }] });
    const domain = await world.hypervisor.act.domainLookupByName('web1');
    const mac = parseMac(MAC_B) ?? assert.fail();
    await markLiveOnly(domain, mac, true);
    assert.equal(await kindOf(world), 'unknown');
    await markLiveOnly(domain, mac, false);
    assert.equal(await kindOf(world), 'live-only');
  });
});

describe('a NIC in the persistent definition alone', () => {
  it('is taken out of it: the detach was half done', async () => {
    await using world = await openWorld({ domains: [{ xml: twoNics, liveXml: oneNic }] });
    const { cure, kind } = await findings(world);
    assert.equal(kind, 'config-only');
    const result = await runActs(cure.remedies[0]?.acts ?? [], actWorld(world.hypervisor));
    assert.equal(result.outcome, 'done', result.error?.message);
    assert.equal(await kindOf(world), null);
  });

  it('or attached to the running domain, at its own address', async () => {
    await using world = await openWorld({ domains: [{ xml: twoNics, liveXml: oneNic }] });
    const { cure } = await findings(world);
    await runActs(cure.remedies[1]?.acts ?? [], actWorld(world.hypervisor));
    assert.match((await definitions(world))[0], new RegExp(`${MAC_B}[^]*bus='0x02'`));
    assert.equal(await kindOf(world), 'unknown');
  });

  it('comes back into the persistent definition when a later step fails', async () => {
    await using world = await openWorld({ domains: [{ xml: twoNics, liveXml: oneNic }] });
    const { cure } = await findings(world);
    await runActs(cure.remedies[0]?.acts ?? [], actWorld(world.hypervisor), { fails: true });
    assert.equal(await kindOf(world), 'config-only');
  });
});

describe('a NIC that differs between the definitions', () => {
  const down = (xml: string) => xml.replace('</interface>', "<link state='down'/></interface>");

  it('is made as the running one, or as the persistent one, and put back when a later step fails', async () => {
    for (const index of [0, 1]) {
      await using world = await openWorld({
        domains: [{ xml: down(oneNic), liveXml: oneNic }],
      });
      const { cure, kind } = await findings(world, MAC_A);
      assert.equal(kind, 'definition-drift');
      const { acts = [], onRequest } = cure.remedies[index] ?? {};
      assert.equal(onRequest, 'choose', 'none is taken unasked');
      await runActs(acts, actWorld(world.hypervisor), { fails: true });
      assert.equal(await kindOf(world, MAC_A), 'definition-drift');
      const result = await runActs(acts, actWorld(world.hypervisor));
      assert.equal(result.outcome, 'done', result.error?.message);
      assert.equal(await kindOf(world, MAC_A), 'unknown');
      const [live] = await definitions(world);
      assert.equal(/link state=.down/.test(live), index === 1);
    }
  });

  it('is taken out and put in anew where it differs in what cannot be changed in place', async () => {
    await using world = await openWorld({
      domains: [{ xml: oneNic.replace("type='virtio'", "type='e1000e'"), liveXml: oneNic }],
    });
    const { cure } = await findings(world, MAC_A);
    assert.equal(cure.remedies[1]?.risk, 'data-path');
    const result = await runActs(cure.remedies[1].acts, actWorld(world.hypervisor));
    assert.equal(result.outcome, 'done', result.error?.message);
    assert.match((await definitions(world))[0], /e1000e/);
    assert.equal(await kindOf(world, MAC_A), 'unknown');
  });

  it('differs too when the two have another MAC in one slot', async () => {
    await using world = await openWorld({
      domains: [{ xml: domainXml({ nics: [userNic(MAC_B, 1)] }), liveXml: oneNic }],
    });
    const { cure, finding } = await findings(world, MAC_A);
    assert.equal(finding.verdict.kind, 'definition-drift');
    assert.match(finding.verdict.summary, /mac\/@address/);
    const result = await runActs(cure.remedies[0]?.acts ?? [], actWorld(world.hypervisor));
    assert.equal(result.outcome, 'done', result.error?.message);
    const [, config] = await definitions(world);
    assert.match(config, new RegExp(MAC_A));
    assert.doesNotMatch(config, new RegExp(MAC_B));
  });
});

describe('acts on a definition', () => {
  const add = (uuid: string, more: object = {}): PlannedAct => ({
    act: 'definition-add',
    input: { domain: 'web1', uuid, half: 'config', xml: userNic(MAC_B, 2), slot: 'acpi', ...more },
  });

  it('may be made twice, and then undo only what the second one found', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic }] });
    const { uuid } = await world.hypervisor.act.domainLookupByName('web1');
    await runActs([add(uuid)], actWorld(world.hypervisor));
    const [, once] = await definitions(world);
    await runActs([add(uuid)], actWorld(world.hypervisor), { fails: true });
    assert.equal((await definitions(world))[1], once);
  });

  it('refuse another domain of that name, and input that a journal should not have', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic }] });
    const other = '00000000-0000-4000-8000-000000000000';
    const result = await runActs([add(other)], actWorld(world.hypervisor));
    assert.match(result.error?.message ?? '', /is not there any more/);
    await assert.rejects(runActs([add('no uuid')], actWorld(world.hypervisor)), { code: 'act-input' });
  });

  it('leave a NIC whose removal is not acknowledged pending, and one that is refused as it was', async () => {
    for (const [behaviour, outcome] of [
      ['never', 'pending'],
      ['refuse', 'failed'],
    ] as const) {
      await using world = await openWorld({
        domains: [{ xml: oneNic, liveXml: twoNics, devices: { net1: behaviour } }],
      });
      const { cure } = await findings(world);
      const result = await runActs(cure.remedies[1]?.acts ?? [], actWorld(world.hypervisor, 700));
      assert.equal(result.outcome, outcome, result.error?.message);
      assert.equal(await kindOf(world), 'live-only');
    }
  });
});
