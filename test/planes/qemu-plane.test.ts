import assert from 'node:assert/strict';
import { findDomain, viewDomain } from '../../lib/hypervisor/domain-view.js';
import type { PlaneReading } from '../../lib/nic/sighting.js';
import { readQemu } from '../../lib/planes/qemu-plane.js';
import { domainXml, MAC_A, MAC_B, NATIVE, userNic } from '../operations/domains.js';
import { openWorld } from '../operations/world.js';
import { FakeQemu } from './fake-qemu.js';

const NET0 = { id: 'net0', mac: MAC_A, port: 1, backend: 'hostnet0' } as const;

async function reading(qemu: FakeQemu, xml = domainXml()): Promise<PlaneReading> {
  await using world = await openWorld({ domains: [{ xml, monitor: qemu.monitor }] });
  return await readQemu(await viewDomain(await findDomain(world.hypervisor.act, 'web1')));
}

describe('QEMU’s own word on a domain’s NICs', () => {
  it('has id, MAC, PCI path by the chain of ports, and backend of a device', async () => {
    const { state, sightings } = await reading(new FakeQemu([NET0]));
    assert.equal(state, 'read');
    assert.equal(sightings.length, 1);
    const [{ alias, mac, pciPath, facts } = assert.fail()] = sightings;
    assert.deepEqual([alias, mac, pciPath], ['net0', MAC_A, '02.0/00.0']);
    assert.deepEqual([facts['part'], facts['backend'], facts['backendType']], ['device', 'hostnet0', 'tap']);
    assert.equal(facts['attentionPressed'], undefined, 'an ACPI slot has no register that tells');
  });

  it('shows a device that the definition does not name, and a backend that no device uses', async () => {
    const orphan = { id: 'orphan0', mac: MAC_B, port: 2, backend: 'back0' };
    const { sightings } = await reading(new FakeQemu([NET0, orphan], [['lonely', 'user']]));
    assert.deepEqual(
      sightings.map(({ name, facts }) => [name, facts['part'], facts['commandLine']]),
      [
        ['net0', 'device', false],
        ['orphan0', 'device', false],
        ['lonely', 'backend', false],
      ],
    );
  });

  it('gives the backend of an interface whose device is gone to that interface', async () => {
    const { sightings } = await reading(new FakeQemu([], [['hostnet0', 'tap']]));
    assert.deepEqual(
      sightings.map(({ alias, facts }) => [alias, facts['part']]),
      [['net0', 'backend']],
    );
  });

  it('knows what the operator gave to QEMU: by id, and by MAC for one without an id', async () => {
    const args = ['-netdev', 'user,id=mgmt', '-device', `virtio-net-pci,netdev=mgmt,id=own0,mac=${MAC_B}`];
    const own = { id: 'own0', mac: MAC_B, port: 3, backend: 'mgmt' };
    const { sightings } = await reading(new FakeQemu([NET0, own]), domainXml({ args }));
    assert.deepEqual(
      sightings.map(({ name, facts }) => [name, facts['commandLine']]),
      [
        ['net0', false],
        ['own0', true],
      ],
    );
  });

  it('reads the slot registers of native slots: a press that nobody has read', async () => {
    const qemu = new FakeQemu([NET0]);
    qemu.slots.set(1, 0x0001_0100);
    const { sightings } = await reading(qemu, domainXml({ args: NATIVE }));
    const facts = sightings[0]?.facts ?? {};
    assert.deepEqual(
      [facts['attentionPressed'], facts['presenceChanged'], facts['powerIndicator']],
      [true, false, 'on'],
    );
  });

  it('looks twice before it says that the two differ', async () => {
    const qemu = new FakeQemu([]);
    const before = Date.now();
    await reading(qemu);
    assert.ok(Date.now() - before >= 1_000);
    assert.equal(qemu.asked.filter((one) => one === 'query-pci').length, 2);
  });

  it('says that it proves nothing where the running definition changed meanwhile', async () => {
    const qemu = new FakeQemu([NET0]);
    const xml = domainXml({ nics: [userNic(MAC_A, 1), userNic(MAC_B, 2)] });
    await using world = await openWorld({ domains: [{ xml, monitor: qemu.monitor }] });
    const view = await viewDomain(await findDomain(world.hypervisor.act, 'web1'));
    world.daemon.domain('web1').release('net1');
    const { state, why } = await readQemu(view);
    assert.deepEqual([state, why], ['unreadable', 'the running definition has changed since it was read']);
  });

  it('is unreadable, with the reason, where QEMU answers nonsense, refuses, or does not answer in time', async () => {
    for (const answer of ['not JSON', '{"return": 7}', '{"return": [{"bus": -1, "devices": []}]}', '{}']) {
      await using world = await openWorld({ domains: [{ xml: domainXml(), monitor: () => answer }] });
      const view = await viewDomain(await findDomain(world.hypervisor.act, 'web1'));
      const { state, why, sightings } = await readQemu(view);
      assert.deepEqual([state, sightings.length], ['unreadable', 0], answer);
      assert.match(why ?? '', /QEMU answered/);
    }
    await using world = await openWorld({ domains: [{ xml: domainXml() }] });
    const view = await viewDomain(await findDomain(world.hypervisor.act, 'web1'));
    assert.match((await readQemu(view)).why ?? '', /QEMU refused/);
    world.daemon.fault({ procedure: 'qemuDomainMonitorCommand', action: { kind: 'silence' }, times: 9 });
    assert.match((await readQemu(view, undefined, 50)).why ?? '', /did not answer within/);
  });

  it('is absent for a domain that is shut off', async () => {
    await using world = await openWorld({ domains: [{ xml: domainXml(), active: false }] });
    const view = await viewDomain(await findDomain(world.hypervisor.act, 'web1'));
    assert.equal((await readQemu(view)).state, 'absent');
  });

  it('ends with the reason of the signal', async () => {
    await using world = await openWorld({ domains: [{ xml: domainXml(), monitor: () => '{}' }] });
    const view = await viewDomain(await findDomain(world.hypervisor.act, 'web1'));
    await assert.rejects(readQemu(view, AbortSignal.abort(new Error('enough'))), /enough/);
  });
});
