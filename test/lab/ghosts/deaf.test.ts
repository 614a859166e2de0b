import assert from 'node:assert/strict';
import type { Connection } from 'node-libvirt';
import type { LabGuestSpec } from '../../../lib/lab/index.js';
import { hotnic } from '../support/hotnic.js';
import { LAB, labAddGuest, labRemoveGuest, libvirt } from '../support/lab.js';
import { answersAgain, assertNotDone, goneFromLive, verdictOf } from '../support/nic.js';
import { macs } from '../support/state.js';

const GUESTS: readonly (LabGuestSpec & { readonly resetFrees: boolean })[] = [
  // A reset completes the removal from an ACPI slot; one from a native slot without pciehp survives it (measured).
  { name: 'deaf-acpi', machine: 'q35', kernelArgs: ['acpiphp.disable=1'], resetFrees: true },
  { name: 'deaf-native', machine: 'q35-native', kernelArgs: ['pcie_ports=compat'], resetFrees: false },
];

describe('a guest without a hot-plug driver', function () {
  this.timeout(300_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  for (const { resetFrees, ...guest } of GUESTS) {
    describe(guest.name, () => {
      before(() => labAddGuest(LAB, guest));
      after(() => labRemoveGuest(LAB, guest.name));

      it('is not given a NIC that it could not see', async () => {
        const refused = await hotnic('attach', guest.name, '--network', 'default');
        assert.equal(refused.code, 1, refused.stderr);
        assert.match(refused.stderr, /cannot take a NIC now/);
        assert.match(refused.stderr, /next: /);
        assert.deepEqual(await macs(connection, guest.name), { live: [], config: [] });
      });

      it('keeps a NIC that was forced upon it: blind to it, and deaf to its removal', async () => {
        const kept = await hotnic(
          'attach',
          guest.name,
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
        assert.equal(await verdictOf(guest.name, mac), 'guest-blind');

        const pending = await hotnic('detach', guest.name, mac, '--timeout', '8');
        await assertNotDone(connection, guest.name, mac, pending, 3, /detach-pending/);
        assert.match(pending.stdout, /no hot-plug driver/);

        const domain = await connection.domainLookupByName(guest.name);
        await domain.reset();
        if (resetFrees) await goneFromLive(connection, guest.name, mac, 20_000);
        await answersAgain(guest.name, 90_000);
        if (!resetFrees) {
          assert.ok((await macs(connection, guest.name)).live.includes(mac));
          await domain.destroy();
        }
        const cured = await hotnic('detach', guest.name, mac);
        assert.equal(cured.code, 0, cured.stderr + cured.stdout);
        assert.equal((await macs(connection, guest.name)).config.includes(mac), false);
      });
    });
  }
});
