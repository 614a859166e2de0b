import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { libvirt, MACHINES } from '../support/lab.js';
import { assertNotDone, attached, verdictOf } from '../support/nic.js';

describe('a guest that is paused', function () {
  this.timeout(180_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  for (const domain of MACHINES) {
    it(`${domain}: a detach is pending, and done once the guest runs again`, async () => {
      const handle = await connection.domainLookupByName(domain);
      const { mac } = await attached(domain);
      await handle.suspend();
      try {
        const pending = await hotnic('detach', domain, mac, '--timeout', '3');
        await assertNotDone(connection, domain, mac, pending, 3, /detach-pending/);
        assert.match(pending.stdout, /paused/);
        assert.match(pending.stdout, /next: virsh resume/);
        assert.equal(await verdictOf(domain, mac), 'detach-pending');
        const again = hotnic('detach', domain, mac, '--timeout', '60');
        await sleep(2_000);
        await handle.resume();
        const ended = await again;
        assert.equal(ended.code, 0, ended.stderr + ended.stdout);
      } finally {
        await handle.resume().catch(() => undefined);
      }
      assert.equal(await verdictOf(domain, mac), null);
    });
  }
});
