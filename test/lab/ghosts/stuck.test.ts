import assert from 'node:assert/strict';
import type { Connection } from 'node-libvirt';
import { holdNetdev } from '../support/hold-netdev.js';
import { hotnic } from '../support/hotnic.js';
import { libvirt } from '../support/lab.js';
import { assertNotDone, attached, goneFromLive, verdictOf } from '../support/nic.js';
import { macs } from '../support/state.js';

describe('a netdev that something in the guest holds', function () {
  this.timeout(300_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  for (const domain of ['lab-q35', 'lab-q35-native', 'lab-i440fx']) {
    it(`${domain}: the detach is pending, the kernel's reason is told; a second NIC is not given meanwhile`, async () => {
      const { mac, guestName } = await attached(domain);
      const release = await holdNetdev(domain, guestName);
      try {
        // The kernel says it every 10 s; a native slot starts 5 s late.
        const stuck = await hotnic('detach', domain, mac, '--timeout', '30');
        await assertNotDone(connection, domain, mac, stuck, 3, /unregister-stuck/);
        assert.match(stuck.stdout, /waiting for .* to become free/);
        assert.equal(await verdictOf(domain, mac), 'unregister-stuck');

        const before = await macs(connection, domain);
        const behind = await hotnic('attach', domain, '--network', 'default', '--timeout', '10');
        assert.equal(behind.code, 1, behind.stderr + behind.stdout);
        assert.match(behind.stderr, /unregister_netdevice|holds|let go/);
        assert.deepEqual(await macs(connection, domain), before);
      } finally {
        await release();
      }
      await goneFromLive(connection, domain, mac, 60_000);
      const cured = await hotnic('detach', domain, mac);
      assert.equal(cured.code, 0, cured.stderr + cured.stdout);
      assert.equal(await verdictOf(domain, mac), null);
    });
  }
});
