import assert from 'node:assert/strict';
import {
  AffectFlags,
  DomainMetadataType,
  DomainState,
  DomainXMLFlags,
  ErrorCode,
  InterfaceAddressesSource,
  isNoDomain,
  isNoDomainMetadata,
  isOperationInvalid,
  ListDomainsFlags,
} from '../../src/index.js';
import { mac, nic, q35 } from '../support/domain-xml.js';
import { simulated } from '../support/simulated.js';

const { LIVE, CONFIG, CURRENT } = AffectFlags;
const INACTIVE = DomainXMLFlags.INACTIVE;

describe('a simulated attach', () => {
  it('gives the NIC the next alias and the first free port, and says so with an event', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest', { ports: 2 }) }] });
    const domain = await sim.connection.domainLookupByName('guest');
    const added: string[] = [];
    await sim.connection.onDomainEvent('device-added', ({ alias }) => added.push(alias));
    await domain.attachDeviceFlags(nic(2), LIVE | CONFIG);
    const live = await domain.getXMLDesc();
    assert.match(live, new RegExp(`${mac(2)}[^]*<alias name='net1'/>[^]*bus='0x02' slot='0x00'`));
    const config = await domain.getXMLDesc(INACTIVE);
    assert.match(config, new RegExp(mac(2)));
    assert.doesNotMatch(config, /alias/);
    assert.deepEqual(added, ['net1']);
  });

  it('keeps an alias of the user’s own, once', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const domain = await sim.connection.domainLookupByName('guest');
    await domain.attachDeviceFlags(nic(2, "<alias name='ua-mine'/>"), LIVE | CONFIG);
    assert.deepEqual(sim.daemon.domain('guest').aliases, ['net0', 'ua-mine']);
    assert.match(await domain.getXMLDesc(INACTIVE), /ua-mine/);
    const again = domain.attachDeviceFlags(nic(3, "<alias name='ua-mine'/>"), LIVE);
    await assert.rejects(again, { code: ErrorCode.XML_ERROR });
  });

  it('gives a host name to a NIC on a network', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const domain = await sim.connection.domainLookupByName('guest');
    const xml = `<interface type='network'><mac address='${mac(7)}'/><source network='default'/></interface>`;
    await domain.attachDeviceFlags(xml, LIVE);
    assert.match(await domain.getXMLDesc(), /<target dev='vnet\d+'\/>/);
  });

  it('fails live when no port is free, where the definition gets another port', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest', { ports: 1 }) }] });
    const domain = await sim.connection.domainLookupByName('guest');
    await assert.rejects(domain.attachDeviceFlags(nic(2), LIVE | CONFIG), {
      code: ErrorCode.INTERNAL_ERROR,
      message: 'internal error: No more available PCI slots',
    });
    assert.doesNotMatch(await domain.getXMLDesc(INACTIVE), new RegExp(mac(2)), 'nothing is changed then');
    await domain.attachDeviceFlags(nic(2), CONFIG);
    assert.match(await domain.getXMLDesc(INACTIVE), /index='2' model='pcie-root-port'/);
  });

  it('refuses what is no device, a bad MAC and an address that is taken', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const domain = await sim.connection.domainLookupByName('guest');
    const taken = "<address type='pci' domain='0' bus='1' slot='0' function='0'/>";
    await assert.rejects(domain.attachDeviceFlags('<interface', LIVE), { code: ErrorCode.XML_DETAIL });
    await assert.rejects(domain.attachDeviceFlags('<foo/>', LIVE), { code: ErrorCode.CONFIG_UNSUPPORTED });
    await assert.rejects(domain.attachDeviceFlags("<interface><mac address='zz'/></interface>", LIVE), {
      code: 27,
    });
    await assert.rejects(domain.attachDeviceFlags(nic(2, taken), LIVE), {
      code: 27,
      message: /0000:01:00\.0/,
    });
  });

  it('has 31 slots on i440fx', async () => {
    const xml = q35('guest', { ports: 0, nics: [] }).replaceAll('pcie-root', 'pci-root');
    await using sim = await simulated({ domains: [{ xml }] });
    const domain = await sim.connection.domainLookupByName('guest');
    for (let last = 1; last <= 31; last += 1) await domain.attachDeviceFlags(nic(last), LIVE);
    await assert.rejects(domain.attachDeviceFlags(nic(32), LIVE), /No more available PCI slots/);
  });
});

describe('a simulated domain', () => {
  it('refuses live changes while it is stopped and config changes while it is transient', async () => {
    const stopped = { xml: q35('stopped'), active: false };
    await using sim = await simulated({ domains: [stopped, { xml: q35('transient'), persistent: false }] });
    const off = await sim.connection.domainLookupByName('stopped');
    await assert.rejects(off.attachDeviceFlags(nic(2), LIVE | CONFIG), (error) => isOperationInvalid(error));
    await off.attachDeviceFlags(nic(2), CURRENT);
    assert.match(await off.getXMLDesc(), new RegExp(mac(2)));
    const passing = await sim.connection.domainLookupByName('transient');
    await assert.rejects(passing.attachDeviceFlags(nic(2), CONFIG), /transient domains do not have/);
    assert.equal(await passing.isPersistent(), false);
  });

  it('can be defined, started, paused, ended and forgotten, with an event for each', async () => {
    await using sim = await simulated();
    const seen: number[] = [];
    await sim.connection.onDomainEvent('lifecycle', ({ event }) => seen.push(event));
    const domain = await sim.connection.domainDefineXML(q35('new'));
    assert.equal(domain.id, -1);
    await domain.create();
    assert.equal(domain.id, 1);
    assert.equal((await domain.getState()).state, DomainState.RUNNING);
    await domain.suspend();
    assert.equal((await domain.getState()).state, DomainState.PAUSED);
    await domain.resume();
    await domain.destroy();
    assert.equal(domain.id, -1);
    await domain.undefineFlags();
    assert.deepEqual(seen, [0, 2, 3, 4, 5, 1]);
    await assert.rejects(sim.connection.domainLookupByUUID(domain.uuid), (error) => isNoDomain(error));
  });

  it('can be redefined under its UUID, not under another', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    await assert.rejects(sim.connection.domainDefineXML(q35('guest')), { code: ErrorCode.OPERATION_FAILED });
    const domain = await sim.connection.domainLookupByName('guest');
    const xml = (await domain.getXMLDesc(INACTIVE)).replace('</name>', '</name><title>new</title>');
    await sim.connection.domainDefineXML(xml);
    assert.match(await domain.getXMLDesc(INACTIVE), /<title>new/);
    assert.doesNotMatch(await domain.getXMLDesc(), /<title>new/);
  });

  it('is listed by the filters that libvirt has', async () => {
    const domains = [
      { xml: q35('on') },
      { xml: q35('off'), active: false },
      { xml: q35('brief'), persistent: false },
    ];
    await using sim = await simulated({ domains });
    const names = async (flags: number): Promise<string[]> =>
      (await sim.connection.listAllDomains(flags)).map(({ name }) => name);
    assert.deepEqual(await names(0), ['on', 'off', 'brief']);
    assert.deepEqual(await names(ListDomainsFlags.ACTIVE), ['on', 'brief']);
    assert.deepEqual(await names(ListDomainsFlags.ACTIVE | ListDomainsFlags.PERSISTENT), ['on']);
    assert.deepEqual(await names(ListDomainsFlags.SHUTOFF), ['off']);
  });

  it('changes a NIC in place, which keeps its alias and address', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const domain = await sim.connection.domainLookupByName('guest');
    await domain.updateDeviceFlags(nic(1, "<link state='down'/>"), LIVE);
    const live = await domain.getXMLDesc();
    assert.match(live, /<link state='down'\/>[^]*<alias name='net0'\/>[^]*bus='0x01'/);
    assert.doesNotMatch(await domain.getXMLDesc(INACTIVE), /link/);
  });

  it('keeps metadata under its namespace, in the half that is named', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const domain = await sim.connection.domainLookupByName('guest');
    const { ELEMENT, TITLE } = DomainMetadataType;
    await assert.rejects(domain.getMetadata(ELEMENT, 'urn:x', LIVE), (error) => isNoDomainMetadata(error));
    await domain.setMetadata(ELEMENT, '<a b="1"><c/></a>', 'key', 'urn:x', LIVE | CONFIG);
    await domain.setMetadata(TITLE, 'five < six', null, null, CONFIG);
    assert.equal(await domain.getMetadata(ELEMENT, 'urn:x', LIVE), '<a b="1"><c/></a>');
    assert.equal(await domain.getMetadata(TITLE, null, CONFIG), 'five < six');
    assert.match(await domain.getXMLDesc(), /<key:a xmlns:key="urn:x" b="1"><key:c\/><\/key:a>/);
    await domain.setMetadata(ELEMENT, null, 'key', 'urn:x', LIVE);
    await assert.rejects(domain.getMetadata(ELEMENT, 'urn:x', LIVE), (error) => isNoDomainMetadata(error));
    assert.equal(await domain.getMetadata(ELEMENT, 'urn:x', CONFIG), '<a b="1"><c/></a>');
  });

  it('answers addresses and monitor commands as it was told to', async () => {
    const monitor = (command: string, hmp: boolean): string =>
      hmp ? `said: ${command}` : JSON.stringify({ return: JSON.parse(command) as unknown });
    await using sim = await simulated({ domains: [{ xml: q35('guest'), monitor }] });
    const domain = await sim.connection.domainLookupByName('guest');
    const addrs = [{ type: 0, addr: '10.0.0.2', prefix: 24 }];
    sim.daemon
      .domain('guest')
      .addresses.set(InterfaceAddressesSource.AGENT, [{ name: 'eth0', hwaddr: mac(1), addrs }]);
    assert.deepEqual(await domain.interfaceAddresses(InterfaceAddressesSource.LEASE), []);
    assert.deepEqual(await domain.interfaceAddresses(InterfaceAddressesSource.AGENT), [
      { name: 'eth0', hwaddr: mac(1), addrs },
    ]);
    assert.equal(
      await domain.qemuMonitorCommand('{"execute":"query-pci"}'),
      '{"return":{"execute":"query-pci"}}',
    );
    assert.equal(await domain.qemuMonitorCommand('info network', { hmp: true }), 'said: info network');
    sim.daemon.domain('guest').monitor = undefined;
    assert.match(await domain.qemuMonitorCommand('{"execute":"query-pci"}'), /CommandNotFound/);
  });

  it('is open to reading only where the client said so', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const reader = await sim.again({ readOnly: true });
    const domain = await reader.domainLookupByName('guest');
    await assert.rejects(domain.destroy(), { code: ErrorCode.OPERATION_DENIED });
    assert.equal(await domain.isActive(), true);
    await reader.close();
  });
});
