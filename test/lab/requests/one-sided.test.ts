import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { inGuest, libvirt } from '../support/lab.js';
import { attached, goneFromLive, verdictOf } from '../support/nic.js';

describe('a NIC that went on one side alone', function () {
  this.timeout(180_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  async function detached(domain: string, mac: string) {
    const ended = await hotnic('detach', domain, mac, '--timeout', '60');
    assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    assert.equal(await verdictOf(domain, mac), null);
  }

  for (const domain of ['lab-q35'])
    it(`${domain}: the host's tap is gone: named so, and detached`, async () => {
      const { mac, target } = await attached(domain);
      assert.equal(await verdictOf(domain, mac), 'healthy');
      execFileSync('ip', ['link', 'del', target]);
      assert.equal(await verdictOf(domain, mac), 'host-missing');
      await detached(domain, mac);
    });

  for (const domain of ['lab-q35', 'lab-i440fx'])
    it(`${domain}: the guest alone has removed it: named so, and detached`, async () => {
      const { mac, guestName } = await attached(domain);
      await inGuest(
        domain,
        'sh',
        '-c',
        'echo 1 > "$(readlink -f "/sys/class/net/$1/device/..")/remove"',
        'sh',
        guestName,
      );
      assert.equal(await verdictOf(domain, mac), 'guest-blind');
      await detached(domain, mac);
    });

  it('lab-q35-native: the guest has switched the slot off: libvirt is told, the persistent definition is left', async () => {
    const domain = 'lab-q35-native';
    const { mac, guestName } = await attached(domain);
    const find =
      'a=$(basename "$(readlink -f "/sys/class/net/$1/device/..")"); for s in /sys/bus/pci/slots/*; do read x < $s/address; [ "$x" = "${a%.*}" ] && echo 0 > $s/power; done; true';
    await inGuest(domain, 'sh', '-c', find, 'sh', guestName);
    await goneFromLive(connection, domain, mac, 20_000);
    assert.equal(await verdictOf(domain, mac), 'config-only');
    await detached(domain, mac);
  });
});
