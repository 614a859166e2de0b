import assert from 'node:assert/strict';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import {
  interfaceWith,
  sameDefinition,
  withoutAddressAndAlias,
  type InterfaceChanges,
} from '../../lib/xml/edit.js';
import { parseXml } from '../../lib/xml/parse.js';
import { serialize } from '../../lib/xml/serialize.js';
import { validateInterface } from '../../lib/xml/validate.js';

const CONFIG = `<interface type='network'><mac address='52:54:00:aa:bb:01'/><source network='default'/><model type='virtio'/><unknown kept='1'/><address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></interface>`;
const LIVE = `<interface type='network'>
  <mac address='52:54:00:AA:BB:01'/>
  <source network='default' portid='0c1c5d41-6c0f-4a73-9d3c-1f1f6dc7d3d2' bridge='virbr0'/>
  <target dev='vnet0'/><unknown kept='1'/>
  <model type='virtio'/>
  <link state='up'/>
  <alias name='net0'/>
  <address type='pci' domain='0' bus='1' slot='0' function='0'/>
</interface>`;

const changed = (changes: InterfaceChanges, xml = CONFIG) => serialize(interfaceWith(parseXml(xml), changes));

describe('changing an interface', () => {
  it('changes what was asked for and keeps the rest', () => {
    assert.equal(
      changed({ link: 'down' }),
      CONFIG.replace('</interface>', "<link state='down'/></interface>"),
    );
    assert.equal(changed({ link: 'down' }, changed({ link: 'up' })), changed({ link: 'down' }));
    assert.equal(changed({}), CONFIG);
    assert.equal(
      changed({ source: { type: 'bridge', bridge: 'br0' } }),
      CONFIG.replace("type='network'", "type='bridge'").replace("network='default'", "bridge='br0'"),
    );
  });

  it('sets and takes away, bandwidth each way by itself', () => {
    const both = changed({ inbound: { average: 1000, burst: 64 }, outbound: { average: 5 } });
    assert.match(
      both,
      /<bandwidth><inbound average='1000' burst='64'\/><outbound average='5'\/><\/bandwidth>/,
    );
    assert.match(changed({ inbound: null }, both), /<bandwidth><outbound average='5'\/><\/bandwidth>/);
    assert.equal(changed({ inbound: null, outbound: null }, both), CONFIG);
    assert.equal(
      changed(
        { mtu: null, vlan: null, filter: null },
        changed({ mtu: 9000, vlan: { tags: [{ id: 4 }] }, filter: { name: 'f' } }),
      ),
      CONFIG,
    );
  });

  it('makes XML that libvirt’s schema takes', async () => {
    const everything: InterfaceChanges = {
      link: 'down',
      source: { type: 'direct', dev: 'eth0', mode: 'bridge' },
      mtu: 1400,
      inbound: { average: 1 },
      outbound: { average: 2, peak: 3, burst: 4 },
      vlan: { trunk: true, tags: [{ id: 1, nativeMode: 'tagged' }, { id: 2 }] },
      filter: { name: 'clean-traffic', parameters: [{ name: 'IP', value: '10.0.0.1' }] },
      coalesceRxFrames: 5,
      isolated: true,
      bootOrder: 2,
      trustGuestRxFilters: true,
    };
    const { by, problems } = await validateInterface(
      changed(everything, CONFIG.replace("<unknown kept='1'/>", '')),
    );
    assert.deepEqual([by, problems], ['schema', []]);
  });

  it('gives a network’s port back as a port of the network', () => {
    const ended = `<interface type='bridge'><source network='lan' portgroup='p' portid='x' bridge='br0'/></interface>`;
    assert.equal(
      changed({}, ended),
      "<interface type='network'><source network='lan' portgroup='p'/></interface>",
    );
    assert.equal(
      changed({ source: { type: 'bridge', bridge: 'br1' } }, ended),
      "<interface type='bridge'><source bridge='br1'/></interface>",
    );
  });

  it('refuses to move what is no tap', () => {
    assert.throws(
      () => changed({ source: { type: 'bridge', bridge: 'br0' } }, "<interface type='hostdev'/>"),
      (error) => error instanceof HotnicError && error.code === 'source-unfit' && error.exitCode === 2,
    );
  });

  it('leaves libvirt’s own address, alias and target behind, not the user’s', () => {
    const stripped = serialize(withoutAddressAndAlias(parseXml(LIVE)));
    assert.doesNotMatch(stripped, /<address|<alias|<target/);
    const own = "<interface type='user'><target dev='web1'/><alias name='ua-1'/></interface>";
    assert.equal(serialize(withoutAddressAndAlias(parseXml(own))), own);
  });
});

describe('comparing the two definitions of a NIC', () => {
  const compare = (live: string, config: string) => sameDefinition(parseXml(live), parseXml(config));

  it('finds no difference in what libvirt adds to a running one', () => {
    assert.deepEqual(compare(LIVE, CONFIG), []);
    assert.deepEqual(
      compare(
        "<interface type='bridge'><source network='lan' portid='x' bridge='br0'/><vlan><tag id='4'/></vlan><virtualport type='openvswitch'/></interface>",
        "<interface type='network'><source network='lan'/></interface>",
      ),
      [],
    );
    assert.deepEqual(
      compare(
        "<interface type='hostdev' managed='yes'><driver name='vfio'/><source><address type='pci' domain='0x0000' bus='0x81' slot='0x10' function='0x1'/></source></interface>",
        "<interface type='hostdev' managed='yes'><source><address type='pci' bus='129' slot='16' function='1'/></source></interface>",
      ),
      [],
    );
  });

  it('finds what really differs, with both values', () => {
    const config = CONFIG.replace('default', 'lan')
      .replace("bus='0x01'", "bus='0x02'")
      .replace('virtio', 'e1000e');
    assert.deepEqual(compare(changed({ link: 'down', inbound: { average: 5 } }, LIVE), config), [
      { path: 'source/@network', live: 'default', config: 'lan' },
      { path: 'model/@type', live: 'virtio', config: 'e1000e' },
      { path: 'link/@state', live: 'down', config: null },
      { path: 'address', live: '0000:01:00.0', config: '0000:02:00.0' },
      { path: 'bandwidth/inbound/@average', live: '5', config: null },
    ]);
  });

  it('sees the user’s alias and target, repeated elements, and elements without content', () => {
    const paths = (live: string, config: string) =>
      compare(
        `<interface type='user'>${live}</interface>`,
        `<interface type='user'>${config}</interface>`,
      ).map(({ path }) => path);
    assert.deepEqual(paths("<alias name='ua-1'/>", "<alias name='ua-2'/>"), ['alias/@name']);
    assert.deepEqual(paths("<target dev='web1'/>", ''), ['target/@dev']);
    assert.deepEqual(
      paths("<vlan><tag id='1'/><tag id='2'/></vlan>", "<vlan><tag id='1'/><tag id='3'/></vlan>"),
      ['vlan/tag[2]/@id'],
    );
    assert.deepEqual(paths('<new/>', ''), ['new']);
    assert.deepEqual(compare("<interface type='user'/>", "<interface type='ethernet'/>"), [
      { path: '@type', live: 'user', config: 'ethernet' },
    ]);
  });
});
