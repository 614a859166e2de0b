import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { entryOf, inGuest, libvirt } from '../support/lab.js';
import { verdictOf } from '../support/nic.js';
import { definitions, macs } from '../support/state.js';

describe('the NIC that carries the SSH session', function () {
  this.timeout(180_000);
  const domain = 'lab-q35';
  const address = '192.168.77.9';
  let connection: Connection;
  let folder: string;

  before(async () => {
    connection = await libvirt();
    folder = await mkdtemp(join(tmpdir(), 'hotnic-management-'));
  });
  after(async () => {
    await connection.close();
    await rm(folder, { recursive: true });
  });

  it('is refused, and goes with --allow-management-nic, the guest unproved', async () => {
    const { identity, knownHosts } = entryOf(domain);
    const key = /^\S+ (ssh-ed25519 \S+)/m.exec(await readFile(knownHosts, 'utf8'))?.[1] ?? '';
    await writeFile(join(folder, 'known_hosts'), `${address} ${key}\n`);
    const { json } = await hotnic('attach', domain, '--bridge', 'br0', '--json');
    const { mac, proof } = json as { mac: string; proof: { guestName: string } };
    await inGuest(
      domain,
      'sh',
      '-c',
      'ip addr add "$2/24" dev "$1" && ip link set "$1" up',
      'sh',
      proof.guestName,
      address,
    );
    const through = [
      '--ssh',
      `root@${address}`,
      '--identity',
      identity,
      '--known-hosts',
      join(folder, 'known_hosts'),
    ];
    const before = await definitions(connection, domain);

    const refused = await hotnic('detach', domain, mac, ...through);
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stderr, new RegExp(`${proof.guestName} carries the SSH session`));
    assert.match(refused.stderr, /--allow-management-nic/);
    assert.deepEqual(await definitions(connection, domain), before);

    const allowed = await hotnic('detach', domain, mac, ...through, '--allow-management-nic');
    assert.equal(allowed.code, 3, allowed.stderr + allowed.stdout);
    assert.match(allowed.stdout, /guest: not proved/);
    assert.equal((await macs(connection, domain)).live.includes(mac), false);
    assert.equal((await macs(connection, domain)).config.includes(mac), false);
    assert.equal(await verdictOf(domain, mac), null);
  });
});
