import assert from 'node:assert/strict';
import {
  ErrorCode,
  isNoFilterBinding,
  isNoNetwork,
  isNoNetworkPort,
  isNoNodeDevice,
  ListNetworksFlags,
} from '../../src/index.js';
import { q35 } from '../support/domain-xml.js';
import { simulated } from '../support/simulated.js';

const network = "<network><name>default</name><bridge name='virbr0'/></network>";
const device = `<device><name>pci_0000_03_00_0</name><parent>computer</parent><capability type='pci'/></device>`;

describe('the simulator', () => {
  it('plays networks with their leases', async () => {
    const leases = [{ ipaddr: '192.168.122.5', mac: '52:54:00:00:00:01', expirytime: 1_700_000_000n }];
    await using sim = await simulated({ networks: [{ xml: network, leases }] });
    const found = await sim.connection.networkLookupByName('default');
    assert.equal(await found.getBridgeName(), 'virbr0');
    const [lease] = await found.getDHCPLeases('52:54:00:00:00:01');
    assert.deepEqual(
      [lease?.ipaddr, lease?.expiryTime, lease?.iface],
      ['192.168.122.5', 1_700_000_000, 'virbr0'],
    );
    assert.deepEqual(await found.getDHCPLeases('52:54:00:00:00:02'), []);
    await found.destroy();
    assert.equal(await found.isActive(), false);
    assert.equal((await sim.connection.listAllNetworks(ListNetworksFlags.ACTIVE)).length, 0);
    await assert.rejects(sim.connection.networkLookupByName('no'), (error) => isNoNetwork(error));
    const brief = await sim.connection.networkCreateXML('<network><name>brief</name></network>');
    assert.equal(await brief.isPersistent(), false);
  });

  it('plays ports of networks and bindings of filters', async () => {
    const uuid = '6d7d6a5c-3a9d-4b3b-9a58-0c4d0f4a4c11';
    const port = `<networkport><uuid>${uuid}</uuid><mac address='52:54:00:00:00:01'/></networkport>`;
    const binding = `<filterbinding><portdev name='vnet7'/><filterref filter='clean-traffic'/></filterbinding>`;
    await using sim = await simulated({
      networks: [{ xml: network, ports: [port] }],
      filterBindings: [binding],
    });
    const net = await sim.connection.networkLookupByName('default');
    const [found] = await net.listAllPorts();
    assert.equal(await found?.getXMLDesc(), port);
    await found?.delete();
    await assert.rejects(net.portLookupByUUID(uuid), (error) => isNoNetworkPort(error));
    assert.equal((await net.portCreateXML(port)).uuid, uuid);

    const [bound] = await sim.connection.listAllNWFilterBindings();
    assert.deepEqual([bound?.portDev, bound?.filterName], ['vnet7', 'clean-traffic']);
    await bound?.delete();
    const lookup = sim.connection.nwFilterBindingLookupByPortDev('vnet7');
    await assert.rejects(lookup, (error) => isNoFilterBinding(error));
    assert.equal(await (await sim.connection.nwFilterBindingCreateXML(binding)).getXMLDesc(), binding);
  });

  it('plays node devices', async () => {
    await using sim = await simulated({ nodeDevices: [{ xml: device }] });
    const found = await sim.connection.nodeDeviceLookupByName('pci_0000_03_00_0');
    assert.equal(await found.getParent(), 'computer');
    assert.deepEqual(await found.listCaps(), ['pci']);
    await found.detachFlags(null);
    assert.equal(sim.daemon.nodeDevice('pci_0000_03_00_0').driver, 'vfio');
    await found.reset();
    await found.reAttach();
    assert.equal(sim.daemon.nodeDevice('pci_0000_03_00_0').driver, null);
    await assert.rejects(sim.connection.nodeDeviceLookupByName('no'), (error) => isNoNodeDevice(error));
  });

  it('drops the connection on call N, or answers a procedure with an error once or always', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const error = { kind: 'error', code: ErrorCode.OPERATION_TIMEOUT, message: 'too busy' } as const;
    sim.daemon.fault({ procedure: 'domainLookupByName', action: error });
    await assert.rejects(sim.connection.domainLookupByName('guest'), { code: 68, message: 'too busy' });
    const domain = await sim.connection.domainLookupByName('guest');
    const stop = sim.daemon.fault({ procedure: 'domainGetState', times: Infinity, action: error });
    await assert.rejects(domain.getState(), { code: 68 });
    await assert.rejects(domain.getState(), { code: 68 });
    stop();
    await domain.getState();
    sim.daemon.fault({ procedure: '*', after: 1, action: { kind: 'drop' } });
    await domain.isActive();
    await assert.rejects(domain.isActive(), { name: 'ConnectionLostError' });
  });

  it('can carry a call out and hang up instead of answering', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    const domain = await sim.connection.domainLookupByName('guest');
    sim.daemon.fault({ procedure: 'domainDestroy', action: { kind: 'drop-after' } });
    await assert.rejects(domain.destroy(), { name: 'ConnectionLostError' });
    assert.equal(sim.daemon.domain('guest').active, false);
  });

  it('remembers what it was asked', async () => {
    await using sim = await simulated({ domains: [{ xml: q35('guest') }] });
    await sim.connection.domainLookupByName('guest');
    assert.deepEqual(sim.daemon.calls.at(-1), { procedure: 'domainLookupByName', args: { name: 'guest' } });
  });
});
