import assert from 'node:assert/strict';
import {
  type Connection,
  connect,
  DomainLifecycle,
  DomainState,
  ErrorCode,
  InterfaceAddressesSource,
  isNoDomain,
  isNoSupport,
} from '../../src/index.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';

describe('libvirt’s own daemon, test:///default', () => {
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

  it('says what it is', async () => {
    assert.ok((await connection.getLibVersion()) >= 9_000_000);
    assert.equal(await connection.getType(), 'TEST');
    assert.notEqual(await connection.getHostname(), '');
    assert.match(await connection.getCapabilities(), /^<capabilities>/);
    assert.equal(connection.uri, 'test:///default');
  });

  it('lists its domain and reads it', async () => {
    const [domain] = await connection.listAllDomains();
    assert.equal(domain?.name, 'test');
    assert.equal(domain.id, 1);
    assert.equal((await domain.getState()).state, DomainState.RUNNING);
    assert.equal(await domain.isActive(), true);
    assert.equal(await domain.isPersistent(), true);
    assert.match(await domain.getXMLDesc(), /<name>test<\/name>/);
    const info = await domain.getInfo();
    assert.deepEqual([info.maxMemory, info.vcpus], [8_388_608n, 2]);
    const same = await connection.domainLookupByUUID(domain.uuid);
    assert.equal(same.name, 'test');
    const [nic] = await domain.interfaceAddresses(InterfaceAddressesSource.LEASE);
    assert.equal(nic?.hwaddr, 'aa:bb:cc:dd:ee:ff');
    assert.equal(nic.addrs[0]?.prefix, 24);
  });

  it('answers a thousand reads at once', async () => {
    const domain = await connection.domainLookupByName('test');
    const texts = await Promise.all(Array.from({ length: 1000 }, () => domain.getXMLDesc()));
    assert.equal(new Set(texts).size, 1);
  });

  it('defines, starts and forgets a domain, and sends the events', async () => {
    const seen: number[] = [];
    await using subscription = await connection.onDomainEvent('lifecycle', ({ domain, event }) => {
      if (domain.name === 'extra') seen.push(event);
    });
    const xml =
      "<domain type='test'><name>extra</name><memory>1024</memory><os><type>hvm</type></os></domain>";
    const domain = await connection.domainDefineXML(xml);
    await domain.create();
    assert.notEqual(domain.id, -1);
    await domain.suspend();
    await domain.resume();
    await domain.destroy();
    await domain.undefineFlags();
    await assert.rejects(connection.domainLookupByName('extra'), (error) => isNoDomain(error));
    const { DEFINED, UNDEFINED, STARTED, SUSPENDED, RESUMED, STOPPED } = DomainLifecycle;
    assert.deepEqual(seen, [DEFINED, STARTED, SUSPENDED, RESUMED, STOPPED, UNDEFINED]);
    assert.ok(subscription);
  });

  it('lists, defines and starts networks', async () => {
    const [network] = await connection.listAllNetworks();
    assert.equal(network?.name, 'default');
    assert.equal(await network.isActive(), true);
    assert.equal(await network.getBridgeName(), 'virbr0');
    const made = await connection.networkDefineXML(
      "<network><name>made</name><bridge name='virbr9'/></network>",
    );
    assert.equal(await made.isActive(), false);
    await made.create();
    assert.match(await made.getXMLDesc(), /virbr9/);
    await made.destroy();
    await made.undefine();
    await assert.rejects(connection.networkLookupByName('made'), { code: ErrorCode.NO_NETWORK });
  });

  it('lists node devices', async () => {
    const devices = await connection.listAllNodeDevices();
    assert.ok(devices.some(({ name }) => name === 'computer'));
    const host = await connection.nodeDeviceLookupByName('scsi_host1');
    assert.equal(await host.getParent(), 'computer');
    assert.ok((await host.listCaps()).includes('scsi_host'));
  });

  it('says what it does not support', async () => {
    const network = await connection.networkLookupByName('default');
    await assert.rejects(network.getDHCPLeases(), (error) => isNoSupport(error));
  });

  it('keeps every field of its errors', async () => {
    await assert.rejects(connection.domainLookupByName('nobody'), {
      name: 'LibvirtError',
      code: ErrorCode.NO_DOMAIN,
      domain: 12,
      level: 2,
      message: 'Domain not found',
      str1: 'Domain not found',
      int1: -1,
      int2: -1,
      procedure: 'domainLookupByName',
    });
  });
});

describe('libvirt’s own daemon, killed', () => {
  it('rejects what was waiting', async () => {
    const daemon = await startRealDaemon();
    try {
      const connection = await connect(daemon.uri('test', 'default'));
      const domain = await connection.domainLookupByName('test');
      const waiting = Promise.allSettled(Array.from({ length: 2000 }, () => domain.getXMLDesc()));
      daemon.kill();
      const results = await waiting;
      assert.ok(results.some(({ status }) => status === 'rejected'));
      for (const result of results) {
        if (result.status === 'rejected') assert.equal((result.reason as Error).name, 'ConnectionLostError');
      }
      assert.ok((await connection.closed) instanceof Error);
    } finally {
      await daemon.stop();
    }
  });
});
