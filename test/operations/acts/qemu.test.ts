import assert from 'node:assert/strict';
import { DomainXMLFlags } from 'node-libvirt';
import { actWorld, cureFor, findingOn, look, runActs } from '../curing.js';
import { domainXml, MAC_A, MAC_B, userNic } from '../domains.js';
import { openWorld } from '../world.js';
import { FakeQemu, type FakeDevice } from '../../planes/fake-qemu.js';

const NET0: FakeDevice = { id: 'net0', mac: MAC_A, port: 1, backend: 'hostnet0' };
const ORPHAN: FakeDevice = { id: 'orphan0', mac: MAC_B, port: 2, backend: 'back0' };
const xml = domainXml({ nics: [userNic(MAC_A, 1)] });

describe('a device that QEMU has and libvirt does not know', () => {
  it('leaves QEMU, its backend after it, and nothing else is touched', async () => {
    const qemu = new FakeQemu([NET0, { ...ORPHAN }]);
    await using world = await openWorld({ domains: [{ xml, monitor: qemu.monitor }] });
    const scan = await look(world.hypervisor, 'web1', { qemu: true });
    const finding = findingOn(scan, MAC_B);
    assert.equal(finding.verdict.kind, 'qemu-orphan');
    assert.equal(findingOn(scan, MAC_A).verdict.kind, 'unknown', 'the other is not suspected');
    const result = await runActs(cureFor(scan, finding).remedies[0]?.acts ?? [], actWorld(world.hypervisor));
    assert.equal(result.outcome, 'done', result.error?.message);
    const asked = qemu.asked.filter((one) => /_del/.test(one));
    assert.deepEqual(asked, ['device_del orphan0', 'netdev_del back0']);
    assert.deepEqual(
      qemu.devices.map(({ id }) => id),
      ['net0'],
    );
    const now = await look(world.hypervisor, 'web1', { qemu: true });
    assert.throws(() => findingOn(now, MAC_B), /nothing goes by/);
  });

  it('is waited for where the slot is busy, and is pending where the guest does not let go: its backend stays', async () => {
    const busy = new FakeQemu([
      NET0,
      { ...ORPHAN, leaves: { refuses: 'Hot-unplug failed: guest is busy (power indicator blinking)' } },
    ]);
    await using world = await openWorld({ domains: [{ xml, monitor: busy.monitor }] });
    const scan = await look(world.hypervisor, 'web1', { qemu: true });
    const { remedies } = cureFor(scan, findingOn(scan, MAC_B));
    const result = await runActs(remedies[0]?.acts ?? [], actWorld(world.hypervisor, 4_000));
    assert.equal(result.outcome, 'done', result.error?.message);

    const deaf = new FakeQemu([NET0, { ...ORPHAN, leaves: 'never' }]);
    world.daemon.domain('web1').monitor = deaf.monitor;
    const pending = await runActs(remedies[0]?.acts ?? [], actWorld(world.hypervisor, 700));
    assert.equal(pending.outcome, 'pending');
    assert.deepEqual(
      deaf.asked.filter((one) => /_del/.test(one)),
      ['device_del orphan0'],
    );
  });

  it('is left alone where it has become another NIC, or libvirt’s own, meanwhile', async () => {
    const qemu = new FakeQemu([NET0, { ...ORPHAN, mac: '52:54:00:00:00:99' }]);
    await using world = await openWorld({ domains: [{ xml, monitor: qemu.monitor }] });
    const { uuid } = await world.hypervisor.act.domainLookupByName('web1');
    const del = (id: string) => ({
      act: 'monitor-device-del',
      input: { domain: 'web1', uuid, id, mac: MAC_B, slot: 'acpi' },
    });
    const other = await runActs([del('orphan0')], actWorld(world.hypervisor));
    assert.match(other.error?.message ?? '', /another NIC now/);
    const own = await runActs([del('net0')], actWorld(world.hypervisor));
    assert.match(own.error?.message ?? '', /no orphan any more/);
    assert.equal(qemu.devices.length, 2);
  });

  it('a backend that a device uses is not taken from under it; a free one is', async () => {
    const qemu = new FakeQemu([NET0, { ...ORPHAN }], [['lonely', 'user']]);
    await using world = await openWorld({ domains: [{ xml, monitor: qemu.monitor }] });
    const scan = await look(world.hypervisor, 'web1', { qemu: true });
    const { acts = [] } = cureFor(scan, findingOn(scan, 'lonely')).remedies[0] ?? {};
    assert.equal((await runActs(acts, actWorld(world.hypervisor))).outcome, 'done');
    assert.equal(qemu.backends.has('lonely'), false);
    const { uuid } = await world.hypervisor.act.domainLookupByName('web1');
    const input = { domain: 'web1', uuid, id: 'back0' };
    const used = await runActs([{ act: 'monitor-netdev-del', input }], actWorld(world.hypervisor));
    assert.match(used.error?.message ?? '', /still uses the backend/);
  });
});

describe('a NIC of the running definition that QEMU does not have', () => {
  it('is finished by a second detach; or attached anew as the persistent definition has it', async () => {
    for (const index of [0, 1]) {
      const qemu = new FakeQemu([], [['hostnet0', 'tap']]);
      await using world = await openWorld({ domains: [{ xml, monitor: qemu.monitor }] });
      const scan = await look(world.hypervisor, 'web1', { qemu: true });
      const finding = findingOn(scan, MAC_A);
      assert.equal(finding.verdict.kind, 'definition-orphan');
      assert.match(finding.verdict.evidence.join('\n'), /its backend hostnet0 is still there/);
      const { acts = [] } = cureFor(scan, finding).remedies[index] ?? {};
      const result = await runActs(acts, actWorld(world.hypervisor));
      assert.equal(result.outcome, 'done', result.error?.message);
      const live = await (await world.hypervisor.act.domainLookupByName('web1')).getXMLDesc(0);
      assert.equal(live.includes(MAC_A), index === 1);
    }
  });
});

describe('a removal that others asked for', () => {
  it('shows in the registers of a native slot: pressed and not read', async () => {
    const qemu = new FakeQemu([NET0]);
    qemu.slots.set(1, 0x0041_01f1);
    const native = domainXml({
      nics: [userNic(MAC_A, 1)],
      args: ['-global', 'ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off'],
    });
    await using world = await openWorld({ domains: [{ xml: native, monitor: qemu.monitor }] });
    const { verdict } = findingOn(await look(world.hypervisor, 'web1', { qemu: true }), MAC_A);
    assert.equal(verdict.kind, 'detach-pending');
    assert.match(verdict.evidence.join('\n'), /attention button pressed/);
    // The same bit with "presence changed" is an attach that nobody has taken note of.
    qemu.slots.set(1, 0x0049_01f1);
    const later = findingOn(await look(world.hypervisor, 'web1', { qemu: true }), MAC_A);
    assert.equal(later.verdict.kind, 'unknown');
    const config = await (
      await world.hypervisor.act.domainLookupByName('web1')
    ).getXMLDesc(DomainXMLFlags.INACTIVE);
    assert.match(config, new RegExp(MAC_A));
  });
});
