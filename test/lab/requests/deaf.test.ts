import assert from 'node:assert/strict';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { LAB, labAddGuest, labRemoveGuest, libvirt } from '../support/lab.js';
import { answersAgain, assertNotDone, goneFromLive, verdictOf } from '../support/nic.js';
import { macs } from '../support/state.js';

describe('a guest without a hot-plug driver', function () {
  this.timeout(500_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  async function refused(name: string) {
    const ended = await hotnic('attach', name, '--network', 'default');
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /cannot take a NIC now/);
    assert.match(ended.stderr, /next: /);
    assert.deepEqual(await macs(connection, name), { live: [], config: [] });
  }

  /** Forces a NIC upon the guest, which does not see it. */
  async function forced(name: string): Promise<string> {
    const kept = await hotnic(
      'attach',
      name,
      '--network',
      'default',
      '--force',
      '--keep',
      '--timeout',
      '5',
      '--json',
    );
    assert.equal(kept.code, 3, kept.stderr + kept.stdout);
    assert.match(JSON.stringify(kept.json), /guest-blind/);
    const { mac } = kept.json as { mac: string };
    assert.equal(await verdictOf(name, mac), 'guest-blind');
    return mac;
  }

  async function unheard(name: string, mac: string) {
    const pending = await hotnic('detach', name, mac, '--timeout', '8');
    await assertNotDone(connection, name, mac, pending, 3, /detach-pending/);
    assert.match(pending.stdout, /no hot-plug driver/);
  }

  async function cured(name: string, mac: string) {
    const ended = await hotnic('detach', name, mac);
    assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    const now = await macs(connection, name);
    assert.deepEqual([...now.live, ...now.config], []);
  }

  describe('on ACPI slots (acpiphp.disable=1)', () => {
    const name = 'deaf-acpi';
    before(() => labAddGuest(LAB, { name, machine: 'q35', kernelArgs: ['acpiphp.disable=1'] }));
    after(() => labRemoveGuest(LAB, name));

    it('is not given a NIC that it could not see', () => refused(name));

    it('is blind to a forced NIC and deaf to its removal, which a reset completes', async () => {
      const mac = await forced(name);
      await unheard(name, mac);
      await (await connection.domainLookupByName(name)).reset();
      await goneFromLive(connection, name, mac, 20_000);
      await answersAgain(name);
      await cured(name, mac);
    });
  });

  describe('on native slots (pcie_ports=compat)', () => {
    const name = 'deaf-native';
    before(() => labAddGuest(LAB, { name, machine: 'q35-native', kernelArgs: ['pcie_ports=compat'] }));
    after(() => labRemoveGuest(LAB, name));

    it('is not given a NIC that it could not see', () => refused(name));

    it('lets a NIC that it never saw go at once: its slot was never switched on', async () => {
      await cured(name, await forced(name));
    });

    it('is deaf to the removal of a NIC that it booted with, also after a reset', async () => {
      const mac = await forced(name);
      const domain = await connection.domainLookupByName(name);
      await domain.reset();
      await answersAgain(name);
      assert.equal(await verdictOf(name, mac), 'healthy');
      await unheard(name, mac);
      await domain.reset();
      await answersAgain(name);
      assert.ok((await macs(connection, name)).live.includes(mac));
      await domain.destroy();
      await cured(name, mac);
    });
  });
});
