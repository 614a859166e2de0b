import assert from 'node:assert/strict';
import { parseMac } from '../../lib/nic/mac-address.js';
import { functionClaims, type FunctionClaims } from '../../lib/planes/function-claims.js';
import { functionSuspects, type FunctionFacts } from '../../lib/planes/host-functions.js';
import { readDomain } from '../../lib/xml/domain.js';
import type { HostFunctions } from '../../lib/hypervisor/pci/index.js';
import { at, CARD, factsOf, fn, holding, hostOf, pf, PF, pfLink, vf, VF0 } from './functions.js';

const PCI = (address: string) => {
  const [bus = '', rest = ''] = address.slice(5).split(':');
  const [slot = '', number = ''] = rest.split('.');
  return `<address type='pci' domain='0x0000' bus='0x${bus}' slot='0x${slot}' function='0x${number}'/>`;
};

const hostdev = (address: string, managed = 'yes') =>
  `<hostdev mode='subsystem' type='pci' managed='${managed}'><source>${PCI(address)}</source></hostdev>`;

function claimsOf(live: string | null, config: string | null): FunctionClaims {
  const xml = (devices: string, id: string) =>
    readDomain(`<domain type='kvm' ${id}><name>web</name><devices>${devices}</devices></domain>`);
  return functionClaims([
    {
      name: 'web',
      live: live === null ? null : xml(live, "id='1'"),
      config: config === null ? null : xml(config, ''),
    },
  ]);
}

const kinds = (functions: HostFunctions, more: Partial<FunctionFacts> = {}) =>
  functionSuspects(factsOf(functions, more)).map(({ address, orphan }) => `${address} ${orphan}`);

const onVfio = fn(CARD, { driver: 'vfio-pci' });

describe('a function of the host that did not come back', () => {
  it('is one on vfio-pci, or on a driver made from it, that no definition names and no process holds', () => {
    assert.deepEqual(kinds(hostOf([onVfio])), [`${CARD} unused`]);
    assert.deepEqual(kinds(hostOf([fn(CARD, { driver: 'mlx5_vfio_pci' })])), [`${CARD} unused`]);
    assert.deepEqual(kinds(hostOf([fn(CARD)])), [], 'it is on its own driver');
    assert.deepEqual(kinds(hostOf([fn(CARD, { driver: 'vfio-pci', class: 0x03_00_00 })])), [], 'a GPU');
  });

  it('is said to be one where not every process could be looked at, with that said', () => {
    const [suspect] = functionSuspects(factsOf(hostOf([onVfio], [], false)));
    assert.equal(suspect?.orphan, 'unused');
    assert.equal(suspect.held.state, 'unknown');
  });

  it('is none that a definition wants, whoever takes it from its driver', () => {
    for (const managed of ['yes', 'no'])
      assert.deepEqual(kinds(hostOf([onVfio]), { claims: claimsOf(null, hostdev(CARD, managed)) }), []);
    const handed = `<q:commandline xmlns:q='x'><q:arg value='vfio-pci,host=02:00.0'/></q:commandline>`;
    const live = readDomain(`<domain type='kvm'><name>web</name><devices/>${handed}</domain>`);
    const claims = functionClaims([{ name: 'web', live: null, config: live }]);
    assert.deepEqual(kinds(hostOf([onVfio]), { claims }), []);
  });

  it('is none whose group-mate is a guest’s: all of a group have to be there', () => {
    const mate = at('02:01.0');
    const group = { number: 9, members: [CARD, mate] };
    const both = [onVfio, fn(mate, { driver: 'vfio-pci' })].map((one) => ({ ...one, iommuGroup: group }));
    const claims = claimsOf(hostdev(mate), hostdev(mate));
    assert.deepEqual(kinds(hostOf(both), { claims, running: new Set(['web']) }), []);
    assert.deepEqual(kinds(hostOf(both)), [`${CARD} unused`, `${mate} unused`]);
  });

  it('is none that the machine’s own configuration puts on vfio-pci', () => {
    const ids = { ids: new Set(['8086:10d3']), overrides: new Map<typeof CARD, string>() };
    assert.deepEqual(kinds(hostOf([onVfio]), { parked: ids }), []);
    const driverctl = { ids: new Set<string>(), overrides: new Map([[CARD, 'vfio-pci']]) };
    assert.deepEqual(kinds(hostOf([onVfio]), { parked: driverctl }), []);
  });

  it('is none that a network gives to its guests, or whose PF one does, where the operator keeps it for that', () => {
    assert.deepEqual(kinds(hostOf([onVfio]), { pooled: new Set([CARD]) }), []);
    const kept = hostOf([pf(), vf(0, { driver: 'vfio-pci' }), vf(1)]);
    assert.deepEqual(kinds(kept), [`${VF0} unused`]);
    assert.deepEqual(kinds(kept, { pooled: new Set([PF]) }), []);
  });

  it('is none that a process uses without libvirt: DPDK, or somebody’s own QEMU', () => {
    const dpdk = holding(onVfio, { command: 'dpdk-testpmd', guest: null, namedByLibvirt: false });
    assert.deepEqual(kinds(hostOf([onVfio], [dpdk])), []);
    const own = holding(onVfio, { guest: 'mine', namedByLibvirt: false });
    assert.deepEqual(kinds(hostOf([onVfio], [own])), []);
  });

  it('is held where the QEMU of a guest has it that libvirt does not know, or that does not run for libvirt', () => {
    const host = hostOf([onVfio], [holding(onVfio)]);
    assert.deepEqual(kinds(host), [`${CARD} held`]);
    assert.deepEqual(kinds(host, { claims: claimsOf(null, hostdev(CARD)) }), [`${CARD} held`]);
    const running = { running: new Set(['web']) };
    assert.deepEqual(kinds(host, running), [], 'libvirt knows that guest');
    assert.deepEqual(kinds(host, { ...running, claims: claimsOf(hostdev(CARD), null) }), []);
  });

  it('is driverless where it is told to take a driver that it has not', () => {
    const told = (driver: string | null) =>
      fn(CARD, { driver: null, driverOverride: { state: 'read', driver } });
    assert.deepEqual(kinds(hostOf([told('vfio-pci')])), [`${CARD} driverless`]);
    assert.deepEqual(kinds(hostOf([told(null)])), [], 'the host has no driver for it: blacklisted');
    assert.deepEqual(kinds(hostOf([told('none')])), [], 'it shall have none');
    const parked = { ids: new Set<string>(), overrides: new Map([[CARD, 'vfio-pci']]) };
    assert.deepEqual(kinds(hostOf([told('vfio-pci')]), { parked }), []);
    const unread = fn(CARD, { driver: null, driverOverride: { state: 'not-read', why: 'late' } });
    assert.deepEqual(kinds(hostOf([unread])), [], 'an override that nobody could read proves nothing');
  });

  it('is held where it is on no driver and a process has its group: the kernel waits for that', () => {
    const between = fn(CARD, { driver: null, driverOverride: { state: 'not-read', why: 'held' } });
    const dpdk = holding(between, { command: 'spdk', guest: null, namedByLibvirt: false });
    assert.deepEqual(kinds(hostOf([between], [dpdk])), [`${CARD} held`]);
  });

  it('is a PF on vfio-pci whose VFs somebody has, which is not to be given back', () => {
    const taken = [pf({ driver: 'vfio-pci' }), vf(0, { driver: 'vfio-pci' }), vf(1)];
    const claims = claimsOf(hostdev(VF0), null);
    const [suspect] = functionSuspects(factsOf(hostOf(taken), { claims, running: new Set(['web']) }));
    assert.equal(suspect?.orphan, 'vfs-in-use');
    assert.deepEqual(suspect.vfsInUse, [VF0]);
  });

  it('is missing where a <hostdev> names it; that of an <interface> is judged with its domain', () => {
    const away = '0000:05:00.0';
    assert.deepEqual(kinds(hostOf([fn(CARD)]), { claims: claimsOf(null, hostdev(away)) }), [
      `${away} missing`,
    ]);
    assert.deepEqual(kinds(hostOf([fn(CARD)]), { claims: claimsOf(null, hostdev(CARD)) }), []);
    const nic = `<interface type='hostdev' managed='yes'><source>${PCI(away)}</source></interface>`;
    assert.deepEqual(kinds(hostOf([fn(CARD)]), { claims: claimsOf(nic, nic) }), []);
  });
});

describe('what a guest leaves on a VF', () => {
  const guests = '52:54:00:12:34:56';
  const links = (mac?: string) => new Map([['eth3', pfLink(mac)]]);
  const saved = { file: 'eth3_vf0', netdev: 'eth3', index: 0, adminMac: null, vlan: 0 };
  const host = hostOf([pf(), vf(0), vf(1)]);

  it('is a MAC as guests have them, or one that a definition names', () => {
    assert.deepEqual(kinds(host, { links: links(guests) }), [`${VF0} residue`]);
    const known = parseMac('aa:00:00:00:00:01');
    assert.ok(known);
    assert.deepEqual(kinds(host, { links: links(known), macs: new Set([known]) }), [`${VF0} residue`]);
  });

  it('is the file in which libvirt keeps what to put back', () => {
    assert.deepEqual(kinds(host, { links: links(), saved: [saved] }), [`${VF0} residue`]);
    assert.deepEqual(kinds(host, { links: links(), saved: [{ ...saved, netdev: 'eth9' }] }), []);
  });

  it('is no MAC, VLAN or trust of the operator’s own, nor what the host uses itself', () => {
    assert.deepEqual(kinds(host, { links: links('aa:00:00:00:00:01') }), []);
    const tagged = new Map([['eth3', pfLink('00:00:00:00:00:00', { vlan: 7, trust: true })]]);
    assert.deepEqual(kinds(host, { links: tagged }), []);
    const netdev = {
      name: 'eth4',
      mac: null,
      up: true,
      carrier: true,
      mtu: 1500,
      master: null,
      addresses: ['192.0.2.4/24'],
    };
    const used = hostOf([pf(), vf(0, { netdevs: [netdev] }), vf(1)]);
    assert.deepEqual(kinds(used, { links: links(guests) }), []);
    const idle = hostOf([pf(), vf(0, { netdevs: [{ ...netdev, addresses: ['fe80::1/64'] }] }), vf(1)]);
    assert.deepEqual(kinds(idle, { links: links(guests) }), [`${VF0} residue`]);
  });

  it('is none while a guest has the VF, or a process holds it', () => {
    const claims = claimsOf(hostdev(VF0), null);
    assert.deepEqual(kinds(host, { links: links(guests), saved: [saved], claims }), []);
    const given = vf(0, { driver: 'vfio-pci' });
    const held = hostOf([pf(), given, vf(1)], [holding(given, { namedByLibvirt: false })]);
    assert.deepEqual(kinds(held, { links: links(guests) }), []);
  });

  it('goes with the rest where the VF is on vfio-pci still', () => {
    const stuck = hostOf([pf(), vf(0, { driver: 'vfio-pci' }), vf(1)]);
    const [suspect] = functionSuspects(factsOf(stuck, { links: links(guests) }));
    assert.equal(suspect?.orphan, 'unused');
    assert.equal(suspect.residue?.row.mac, guests);
  });
});
