import assert from 'node:assert/strict';
import {
  type Connection,
  connect,
  ConnectGetAllDomainStatsFlags,
  DomainLifecycle,
  DomainStatsTypes,
  ErrorDomain,
  isLibvirtError,
  isNoStoragePool,
  StorageVolType,
} from '../../src/index.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';

describe('the handles, on libvirt’s own daemon and test:///default', () => {
  let daemon: RealDaemon;
  let connection: Connection;
  before(async () => {
    daemon = await startRealDaemon();
    connection = await connect(daemon.uri('test', 'default'));
  });
  after(async () => {
    await connection.close();
    await daemon.stop();
  });

  it('read and write typed parameters', async () => {
    const domain = await connection.domainLookupByName('test');
    assert.deepEqual(await domain.getSchedulerParameters(), { weight: 50 });
    const [stats] = await connection.getAllDomainStats(
      [domain],
      DomainStatsTypes.STATE,
      ConnectGetAllDomainStatsFlags.RUNNING,
    );
    assert.equal(stats?.domain.name, 'test');
    assert.deepEqual(stats.stats, { 'state.state': 1, 'state.reason': 0 });
  });

  it('tell of the host', async () => {
    const info = await connection.nodeGetInfo();
    assert.deepEqual([info.model, info.cpus, info.memory], ['i686', 16, 3_145_728n]);
    assert.equal(typeof (await connection.nodeGetFreeMemory()), 'bigint');
    assert.equal(await connection.isSecure(), true);
  });

  it('make pools and volumes, and tell of them', async () => {
    const pool = await connection.storagePoolLookupByName('default-pool');
    assert.equal(await pool.isActive(), true);
    const volume = await pool.storageVolCreateXML(
      `<volume><name>disk</name><capacity unit='MiB'>1</capacity></volume>`,
    );
    assert.equal(volume.pool, 'default-pool');
    const info = await volume.getInfo();
    assert.deepEqual([info.type, info.capacity], [StorageVolType.FILE, 1_048_576n]);
    const again = await connection.storageVolLookupByPath(await volume.getPath());
    assert.equal(again.key, volume.key);
    assert.equal((await again.storagePoolLookupByVolume()).name, 'default-pool');
    await volume.delete();
    assert.equal(await pool.numOfVolumes(), 0);
    await assert.rejects(connection.storagePoolLookupByName('none'), (error) => isNoStoragePool(error));
  });

  it('make snapshots of a domain', async () => {
    const domain = await connection.domainLookupByName('test');
    const snapshot = await domain.snapshotCreateXML('<domainsnapshot><name>one</name></domainsnapshot>');
    assert.equal(snapshot.name, 'one');
    assert.equal(await snapshot.isCurrent(), true);
    assert.deepEqual(await domain.snapshotListNames(), ['one']);
    assert.equal((await domain.listAllSnapshots()).length, 1);
    await snapshot.delete();
    assert.equal(await domain.hasCurrentSnapshot(), false);
  });

  it('tell of interfaces and node devices', async () => {
    const [iface] = await connection.listAllInterfaces();
    assert.equal(iface?.name, 'eth1');
    assert.equal(await iface.isActive(), true);
    assert.match(await iface.getXMLDesc(), /<interface/);
    const device = await connection.nodeDeviceLookupByName('computer');
    assert.equal(await device.getParent(), null);
  });

  it('read security labels and messages as text', async () => {
    const domain = await connection.domainLookupByName('test');
    assert.deepEqual(await domain.getSecurityLabel(), { label: 'libvirt-test', enforcing: 1 });
    assert.equal((await connection.nodeGetSecurityModel()).model, 'testSecurity');
    assert.deepEqual(await domain.getMessages(), []);
  });

  it('hear of networks, pools and node devices, each in numbers of their own', async () => {
    const domains = connection.events('domain', 'lifecycle');
    const networks = connection.events('network', 'lifecycle');
    const pools = connection.events('storage-pool', 'lifecycle');
    const devices = connection.events('node-device', 'lifecycle');
    await Promise.all([domains.ready, networks.ready, pools.ready, devices.ready]);
    await (await connection.networkLookupByName('default')).destroy();
    await (await connection.storagePoolLookupByName('default-pool')).destroy();
    await (await connection.domainLookupByName('test')).suspend();
    const network = (await networks.next()).value;
    assert.deepEqual([network?.network.name, network?.event], ['default', 1 + 2]);
    const pool = (await pools.next()).value;
    assert.equal(pool?.pool.name, 'default-pool');
    const domain = (await domains.next()).value;
    assert.deepEqual([domain?.domain.name, domain?.event], ['test', DomainLifecycle.SUSPENDED]);
    await Promise.all([domains.close(), networks.close(), pools.close(), devices.close()]);
  });

  it('name the part of libvirt that an error comes from', async () => {
    await assert.rejects(connection.domainLookupByName('nobody'), (error) => {
      return isLibvirtError(error) && error.domain === ErrorDomain.TEST;
    });
  });
});
