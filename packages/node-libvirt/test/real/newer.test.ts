import assert from 'node:assert/strict';
import { AffectFlags, connect, type Connection, type Domain } from '../../src/index.js';
import { type RootedDaemon, startRootedDaemon } from '../support/rooted-daemon.js';

// A root file system with a newer libvirt in it, which scripts/newer-libvirt.ts makes for `npm test`.
const ROOT = process.env['NODE_LIBVIRT_ROOT'];
const NIC = "<interface type='bridge'><mac address='52:54:00:00:00:09'/><source bridge='br0'/></interface>";

describe('a libvirt of another release, test:///default', function () {
  this.timeout(30_000);
  let daemon: RootedDaemon;
  let connection: Connection;
  let domain: Domain;
  before(async () => {
    assert.ok(
      ROOT,
      'NODE_LIBVIRT_ROOT must name a folder with a newer libvirt: scripts/newer-libvirt.ts makes one',
    );
    daemon = await startRootedDaemon(ROOT);
    connection = await connect(daemon.uri('test', 'default'));
    domain = await connection.domainLookupByName('test');
  });
  after(async () => {
    await connection.close();
    await daemon.stop();
  });

  it('says what it is and reads as the older one does', async () => {
    assert.ok((await connection.getLibVersion()) >= 10_000_000);
    assert.match(await domain.getXMLDesc(), /<name>test<\/name>/);
    assert.equal((await domain.getInfo()).vcpus, 2);
    assert.ok((await connection.listAllNodeDevices()).some(({ name }) => name === 'computer'));
    assert.equal((await connection.listAllNetworks())[0]?.name, 'default');
    assert.notEqual(await connection.getHostname(), '');
  });

  it('attaches a NIC to a running domain and takes it out again', async () => {
    await domain.attachDeviceFlags(NIC, AffectFlags.LIVE);
    const [, alias = ''] =
      /52:54:00:00:00:09[^]*?<alias name='([^']+)'/.exec(await domain.getXMLDesc()) ?? [];
    // The test driver has no other way to detach (11.3).
    await domain.detachDeviceAlias(alias, AffectFlags.LIVE);
    assert.doesNotMatch(await domain.getXMLDesc(), /52:54:00:00:00:09/);
    await assert.rejects(domain.detachDeviceAlias(alias, AffectFlags.LIVE), { message: /no device found/ });
  });

  it('sends the events of a domain’s life', async () => {
    const seen: string[] = [];
    await using subscription = await connection.onDomainEvent('lifecycle', (event) => {
      seen.push(event.domain.name);
    });
    await domain.suspend();
    await domain.resume();
    assert.deepEqual(seen, ['test', 'test']);
    await subscription.close();
  });
});
