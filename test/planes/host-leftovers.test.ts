import assert from 'node:assert/strict';
import type { DomainView } from '../../lib/hypervisor/domain-view.js';
import type { HostFacts, HostLink, LibvirtNetwork, OvsPort, Part } from '../../lib/hypervisor/host/index.js';
import { parseMac } from '../../lib/nic/mac-address.js';
import { claimsOf } from '../../lib/planes/host-claims.js';
import { judgeHeld } from '../../lib/planes/host-held.js';
import { hostSuspects } from '../../lib/planes/host-suspects.js';
import { xenLeftovers } from '../../lib/planes/xen-leftovers.js';
import { readDomain } from '../../lib/xml/domain.js';

const WEB = '4a048d91-36bf-43bc-98e8-68fdfec22933';

function read<T>(value: T): Part<T> {
  return { state: 'read', value, tookMs: 0 };
}

function tap(name: string, more: Partial<HostLink> = {}): HostLink {
  const tun = {
    type: 'tap',
    persistent: true,
    owned: false,
    multiQueue: false,
    vnetHeader: false,
    packetInfo: false,
  } as const;
  return {
    name,
    ifindex: 7,
    kind: 'tun',
    master: null,
    lower: null,
    mac: null,
    mtu: 1500,
    operstate: 'down',
    up: true,
    carrier: false,
    altNames: [],
    addresses: [],
    tun,
    macvlanMode: null,
    pci: null,
    vfs: [],
    ...more,
  };
}

const other = (name: string, kind: string, more: Partial<HostLink> = {}) =>
  tap(name, { kind, tun: null, ...more });

const network: LibvirtNetwork = { name: 'default', uuid: 'n', bridge: 'virbr0', leases: [], ports: [] };

function facts(links: readonly HostLink[], more: Partial<HostFacts> = {}): HostFacts {
  return {
    links: read(new Map(links.map((link) => [link.name, link]))),
    neighbours: read([]),
    networks: read([network]),
    filterBindings: read([]),
    ovsPorts: read([]),
    functions: read({ functions: [], all: new Map(), holders: { holders: [], complete: true } }),
    xenVifs: read([]),
    canReleaseLeases: false,
    readAt: 0,
    tookMs: 0,
    ...more,
  };
}

function view(nics: string, { active = true, type = 'kvm', id = 1 } = {}): DomainView {
  const xml = (half: string) =>
    readDomain(
      `<domain type='${type}' ${half}><name>web</name><uuid>${WEB}</uuid><devices>${nics}</devices></domain>`,
    );
  return {
    domain: undefined as unknown as DomainView['domain'],
    name: 'web',
    uuid: WEB,
    active,
    paused: false,
    persistent: true,
    live: active ? xml(`id='${id}'`) : null,
    config: xml(''),
    readAt: 0,
  };
}

const names = (of: HostFacts, views: readonly DomainView[] = []) =>
  hostSuspects(of, claimsOf(views)).map(({ name }) => name);

describe('what on the host looks left over', () => {
  it('is a tap, macvtap or macvlan with a name that libvirt gives and no domain names', () => {
    const host = facts([
      tap('vnet7'),
      other('macvtap2', 'macvtap'),
      other('macvlan3', 'macvlan', { up: false }),
    ]);
    assert.deepEqual(names(host), ['vnet7', 'macvtap2', 'macvlan3']);
  });

  it('is not what a running or persistent definition names, by whichever of its names', () => {
    const host = facts([tap('vnet7'), tap('vnet8', { altNames: ['mine'] })]);
    const nic = (dev: string) => `<interface type='ethernet'><target dev='${dev}'/></interface>`;
    assert.deepEqual(names(host, [view(nic('vnet7'), { active: false }), view(nic('mine'))]), []);
  });

  it('is nothing of the operator’s own: other names, an owner, a macvlan in use, the bridge’s own tap, containers', () => {
    const host = facts([
      tap('mytap'),
      tap('vnet5', { tun: { ...requireTun(tap('x')), owned: true } }),
      tap('onbr0', { master: 'br0' }),
      tap('virbr0-nic', { master: 'virbr0' }),
      tap('tun0', { tun: { ...requireTun(tap('x')), type: 'tun' }, master: 'virbr0' }),
      other('macvlan0', 'macvlan', { addresses: ['192.0.2.1'] }),
      other('macvlan1', 'macvlan', { up: true }),
      other('vnet9', 'veth', { master: 'virbr0' }),
      other('mvtap', 'macvtap'),
      other('eth0', 'bond'),
    ]);
    assert.deepEqual(names(host), []);
  });

  it('is a tap of any name on a bridge of libvirt’s networks', () => {
    assert.deepEqual(names(facts([tap('odd', { master: 'virbr0' })])), ['odd']);
  });

  it('is nothing while the host’s devices, or the definition of some domain, could not be read', () => {
    const unread = { state: 'unreadable', why: 'no ip', tookMs: 0 } as const;
    assert.deepEqual(names(facts([tap('vnet7')], { links: unread })), []);
    assert.deepEqual(hostSuspects(facts([tap('vnet7')]), claimsOf([], false)), []);
  });

  it('is a port of Open vSwitch whose device is gone, if it looks like libvirt’s', () => {
    const port = (name: string, more: Partial<OvsPort> = {}): OvsPort => ({
      name,
      port: name,
      bridge: 'ovsbr0',
      type: '',
      ofport: -1,
      error: null,
      tag: null,
      externalIds: new Map(),
      ...more,
    });
    const libvirts = new Map([
      ['attached-mac', '52:54:00:00:00:01'],
      ['vm-id', WEB],
    ]);
    const ports = [
      port('vnet4'),
      port('tapabc', { externalIds: libvirts }),
      port('pod1', { externalIds: new Map([['iface-id', 'pod1']]) }),
      port('ovsbr0', { type: 'internal' }),
      port('vnet6', { type: 'vxlan' }),
    ];
    assert.deepEqual(names(facts([], { ovsPorts: read(ports) })), ['vnet4', 'tapabc']);
  });

  it('is a port of a network that no running definition names, but none that may be a container’s', () => {
    const port = (uuid: string, ownerUuid: string) => ({
      network: 'default',
      networkUuid: 'n',
      uuid,
      ownerName: null,
      ownerUuid,
      mac: null,
      plug: 'network',
      plugDevice: 'virbr0',
    });
    const ports = [port('p1', WEB), port('p2', WEB), port('p3', 'not-here')];
    const networks = read([{ ...network, ports }]);
    const nic = "<interface type='network'><source network='default' portid='p1'/></interface>";
    assert.deepEqual(names(facts([], { networks }), [view(nic)]), ['p2', 'p3']);
    const container = [other('vnet0', 'veth', { master: 'virbr0' })];
    assert.deepEqual(names(facts(container, { networks }), [view(nic)]), ['p2']);
  });
});

function requireTun(link: HostLink): NonNullable<HostLink['tun']> {
  assert.ok(link.tun);
  return link.tun;
}

describe('who holds a tap', () => {
  const holder = { pid: 9, command: 'qemu', guest: 'web', holds: 'vnet7', sameNamespace: true };

  it('is a process of this namespace, or of another where the tap has a carrier', () => {
    assert.equal(judgeHeld(tap('vnet7'), [holder], true).state, 'held');
    const elsewhere = { ...holder, sameNamespace: false };
    assert.equal(judgeHeld(tap('vnet7'), [elsewhere], true).state, 'free');
    assert.equal(judgeHeld(tap('vnet7', { carrier: true }), [elsewhere], true).state, 'held');
    assert.equal(judgeHeld(tap('vnet7', { up: false, carrier: null }), [elsewhere], true).state, 'held');
  });

  it('is not known where it has a carrier and nobody is seen, or where not everybody could be looked at', () => {
    assert.equal(judgeHeld(tap('vnet7', { carrier: true }), [], true).state, 'unknown');
    assert.equal(judgeHeld(other('macvtap1', 'macvtap'), [], false).state, 'unknown');
    assert.equal(judgeHeld(tap('vnet7', { up: false, carrier: null }), [], false).state, 'unknown');
    assert.equal(judgeHeld(tap('vnet7'), [], false).state, 'free', 'no carrier: nobody');
  });
});

describe('what in xenstore is left over', () => {
  const vif = {
    backendDomain: 0,
    frontendDomain: 4,
    device: 0,
    mac: parseMac('00:16:3e:5e:6c:00'),
    backend: { path: '/local/domain/0/backend/vif/4/0', state: 4 },
    frontend: { path: '/local/domain/4/device/vif/0', state: 4 },
    frontendAlive: true,
    frontendName: 'web',
    frontendUuid: WEB,
  };
  const xen = (nics: string) => [view(nics, { type: 'xen', id: 4 })];
  const nic = "<interface type='bridge'><mac address='00:16:3e:5e:6c:00'/></interface>";

  it('is a vif of a domain that is gone', () => {
    assert.equal(xenLeftovers([{ ...vif, frontendAlive: false }], xen(nic)).length, 1);
  });

  it('is a closed vif that its domain’s definition lacks, and no other', () => {
    const closed = { ...vif, backend: { ...vif.backend, state: 6 } };
    assert.equal(xenLeftovers([closed], xen('')).length, 1);
    assert.equal(xenLeftovers([closed], xen(nic)).length, 0);
    assert.equal(xenLeftovers([vif], xen('')).length, 0, 'both ends are connected');
    assert.equal(xenLeftovers([closed], []).length, 0, 'a domain that libvirt does not know');
    assert.equal(xenLeftovers([{ ...closed, mac: null }], xen('')).length, 0);
  });
});
