import assert from 'node:assert/strict';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { LAB, labAddGuest, labRemoveGuest, libvirt, openGuestChannel } from '../support/lab.js';
import { assertNotDone, attached, verdictOf } from '../support/nic.js';

describe('a guest whose kernel has crashed', function () {
  this.timeout(240_000);
  const name = 'crashed';
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
    await labAddGuest(LAB, { name, machine: 'q35', kernelArgs: ['panic=0'] });
  });
  after(async () => {
    await labRemoveGuest(LAB, name);
    await connection.close();
  });

  it('is still "running" to libvirt; hotnic says that it does not answer, and that the detach is pending', async () => {
    const { mac } = await attached(name);
    await using channel = await openGuestChannel(name);
    await channel
      .run(['sh', '-c', 'echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger'], {
        timeoutMs: 3_000,
      })
      .catch(() => undefined);

    const asked = await hotnic('detach', name, mac);
    await assertNotDone(connection, name, mac, asked, 1, /root@127\.0\.0\.1/);
    assert.match(asked.stderr, /next: /);

    const unasked = await hotnic('detach', name, mac, '--guest-channel', 'none', '--timeout', '8');
    await assertNotDone(connection, name, mac, unasked, 3, /detach-pending/);
    assert.equal(await verdictOf(name, mac), 'unknown');
  });
});
