import assert from 'node:assert/strict';
import { AffectFlags } from 'node-libvirt';
import { parseMac } from '../../../lib/nic/mac-address.js';
import { actWorld, cureFor, findingOn, look, runActs } from '../curing.js';
import { domainXml, MAC_A, networkNic } from '../domains.js';
import { openWorld } from '../world.js';
import { definitions, findings, kindOf, oneNic } from './web1.js';

describe('a NIC whose host interface is gone', () => {
  it('is taken out and attached again with its MAC and slot; the plan that fails puts one back', async () => {
    await using world = await openWorld({
      domains: [{ xml: domainXml({ nics: [networkNic(MAC_A, 1)] }) }],
      networks: [{ xml: "<network><name>default</name><bridge name='virbr0'/></network>" }],
    });
    const { cure, kind } = await findings(world, MAC_A);
    assert.equal(kind, 'host-missing');
    // The host gets every tap but the one that is gone.
    const before = (await definitions(world))[0];
    const old = /<target dev='(vnet\d+)'/.exec(before)?.[1] ?? '';
    for (let n = 0; n < 20; n++) if (`vnet${n}` !== old) world.netdevs.add(`vnet${n}`);
    const result = await runActs(cure.remedies[0]?.acts ?? [], actWorld(world.hypervisor));
    assert.equal(result.outcome, 'done', result.error?.message);
    assert.equal(await kindOf(world, MAC_A), 'unknown');
    assert.match((await definitions(world))[0], new RegExp(`${MAC_A}[^]*bus='0x01'`));
    const again = await runActs(cure.remedies[0]?.acts ?? [], actWorld(world.hypervisor));
    assert.deepEqual(again.outputs, { 'nic-replace': { already: 'replaced' } });
  });
});

describe('a removal that is pending', () => {
  const asked = (alias: string) => ({
    removalRequests: [
      { alias, mac: parseMac(MAC_A), askedAt: 0, goneSince: false, fromBoth: false, run: 'r1' },
    ],
  });

  it('is asked for again, and done when the guest answers', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic }] });
    const scan = await look(world.hypervisor, 'web1', { context: asked('net0') });
    const finding = findingOn(scan, MAC_A);
    assert.equal(finding.verdict.kind, 'detach-pending');
    const result = await runActs(cureFor(scan, finding).remedies[0]?.acts ?? [], actWorld(world.hypervisor));
    assert.equal(result.outcome, 'done', result.error?.message);
    assert.equal(await kindOf(world, MAC_A), 'config-only');
  });

  it('of a paused guest is not asked for again: resuming it is the operator’s', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic }] });
    world.daemon.domain('web1').suspend();
    const scan = await look(world.hypervisor, 'web1', { context: asked('net0') });
    const finding = findingOn(scan, MAC_A);
    assert.match(finding.verdict.cause ?? '', /paused/);
    const { remedies, byHand } = cureFor(scan, finding);
    assert.deepEqual(
      remedies.map(({ risk }) => risk),
      ['data-path', 'guest-reset'],
    );
    assert.match(byHand.join(), /virsh resume web1/);
  });

  it('is isolated by link, until the guest lets go; undone when a later step fails', async () => {
    await using world = await openWorld({ domains: [{ xml: oneNic, devices: { net0: 'never' } }] });
    const scan = await look(world.hypervisor, 'web1', { context: asked('net0') });
    const [, isolate] = cureFor(scan, findingOn(scan, MAC_A)).remedies;
    assert.ok(isolate?.pendingUntil);
    await runActs(isolate.acts, actWorld(world.hypervisor), { fails: true });
    assert.doesNotMatch((await definitions(world))[0], /state=.down/);
    await runActs(isolate.acts, actWorld(world.hypervisor));
    assert.match((await definitions(world))[0], /link state=.down/);
  });

  it('ends with a reset on an ACPI slot, and says so where the slot keeps it', async () => {
    for (const [behaviour, outcome] of [
      [{ kind: 'never' }, 'done'],
      [{ kind: 'never', survivesReset: true }, 'failed'],
    ] as const) {
      await using world = await openWorld({ domains: [{ xml: oneNic, devices: { net0: behaviour } }] });
      const domain = await world.hypervisor.act.domainLookupByName('web1');
      await domain.detachDeviceAlias('net0', AffectFlags.LIVE);
      const scan = await look(world.hypervisor, 'web1', { context: asked('net0') });
      const reset = cureFor(scan, findingOn(scan, MAC_A)).remedies.find(({ risk }) => risk === 'guest-reset');
      const done = runActs(reset?.acts ?? [], actWorld(world.hypervisor, 700));
      assert.equal((await done).outcome, outcome);
    }
  });
});
