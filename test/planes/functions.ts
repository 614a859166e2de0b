import type { HostFunctions, NetworkFunction } from '../../lib/hypervisor/pci/index.js';
import type { HostLink } from '../../lib/hypervisor/host/index.js';
import type { Holder } from '../../lib/hypervisor/host/holders.js';
import { parseVfRow } from '../../lib/hypervisor/pci/vf-row.js';
import { parsePciAddress, type PciAddress } from '../../lib/nic/pci-address.js';
import type { FunctionFacts } from '../../lib/planes/host-functions.js';

/** An address that the test has written well. */
export function at(text: string): PciAddress {
  const address = parsePciAddress(text);
  if (address === null) throw new Error(`no PCI address: ${text}`);
  return address;
}

/** The PF of igb, on its driver, with two VFs. */
export const PF = at('01:00.0');
export const VF0 = at('01:10.0');
export const VF1 = at('01:10.2');
/** A card of its own. */
export const CARD = at('02:00.0');

/** A function that is on its driver, alone in a group. */
export function fn(address: PciAddress, more: Partial<NetworkFunction> = {}): NetworkFunction {
  return {
    address,
    class: 0x02_00_00,
    vendor: 0x8086,
    device: 0x10d3,
    driver: 'e1000e',
    parent: null,
    driverOverride: { state: 'read', driver: null },
    iommuGroup: { number: Number.parseInt(address.replace(/[:.]/g, '').slice(4), 16), members: [address] },
    numaNode: null,
    resetMethods: ['pm', 'bus'],
    canReset: true,
    virtual: null,
    physical: null,
    netdevs: [],
    ...more,
  };
}

export const pf = (more: Partial<NetworkFunction> = {}) =>
  fn(PF, { driver: 'igb', physical: { totalVfs: 7, vfs: [VF0, VF1] }, ...more });

export const vf = (index: 0 | 1, more: Partial<NetworkFunction> = {}) =>
  fn(index === 0 ? VF0 : VF1, {
    driver: 'igbvf',
    device: 0x10ca,
    virtual: { physicalFunction: PF, index },
    ...more,
  });

/** The PF's netdev, with the MAC and VLAN of its VF 0. */
export function pfLink(mac = '00:00:00:00:00:00', more: Record<string, unknown> = {}): HostLink {
  const row = (index: number, address: string) => {
    const read = parseVfRow({
      vf: index,
      address,
      spoofchk: true,
      trust: false,
      link_state: 'auto',
      ...more,
    });
    if (!read) throw new Error('no row');
    return read;
  };
  return {
    name: 'eth3',
    ifindex: 5,
    kind: null,
    master: null,
    lower: null,
    mac: null,
    mtu: 1500,
    operstate: 'up',
    up: true,
    carrier: true,
    altNames: [],
    addresses: [],
    tun: null,
    macvlanMode: null,
    pci: PF,
    vfs: [row(0, mac), row(1, '00:00:00:00:00:00')],
  };
}

/** A process that has the group of a function open. */
export function holding(one: NetworkFunction, more: Partial<Holder> = {}): Holder {
  return {
    pid: 812,
    command: 'qemu-system-x86',
    guest: 'web',
    namedByLibvirt: true,
    holds: `/dev/vfio/${one.iommuGroup?.number ?? ''}`,
    sameNamespace: true,
    ...more,
  };
}

/** A host with these functions and nothing else known. */
export function hostOf(
  functions: readonly NetworkFunction[],
  holders: readonly Holder[] = [],
  complete = true,
): HostFunctions {
  const all = functions.map(
    (one) => [one.address, { ...one, group: one.iommuGroup?.number ?? null }] as const,
  );
  return { functions, all: new Map(all), holders: { holders, complete } };
}

export function factsOf(functions: HostFunctions, more: Partial<FunctionFacts> = {}): FunctionFacts {
  return {
    functions,
    links: new Map(),
    saved: [],
    parked: { ids: new Set(), overrides: new Map() },
    pooled: new Set(),
    claims: new Map(),
    running: new Set(),
    macs: new Set(),
    ...more,
  };
}
