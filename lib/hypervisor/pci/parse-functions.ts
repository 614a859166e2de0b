import { parsePciAddress, pciChainOfSysfsPath, type PciAddress } from '../../nic/pci-address.js';
import { isNetdevName } from '../host/netdev-name.js';
import { parseFunctionNetdevs } from './function-netdevs.js';
import type { NetworkFunction, PciFunction } from './network-function.js';

/** A function before its override is known. */
export type BareFunction = Omit<NetworkFunction, 'driverOverride'>;

/** What the script printed, read. */
export interface ParsedFunctions {
  readonly functions: readonly BareFunction[];
  readonly all: ReadonlyMap<PciAddress, PciFunction>;
}

/**
 * Reads what FUNCTIONS_SCRIPT prints; lines that are none of its are left out. `named` are functions that are wanted
 * whatever they are.
 * @throws HotnicError `host-answer` where what `ip` printed is no list
 */
export function parseFunctions(text: string, named: ReadonlySet<PciAddress> = new Set()): ParsedFunctions {
  const [before = '', after = ''] = text.split('\nnetdevs\n');
  const found = new Map<PciAddress, Found>();
  // Many lines are about one device, and its name is read once.
  const byName = new Map<string, Found | null>();
  const foundAt = (device: string): Found | null => {
    const address = parsePciAddress(device);
    if (address === null) return null;
    const one = found.get(address) ?? { chain: [], methods: [], vfs: [], netdevs: [] };
    found.set(address, one);
    return one;
  };
  for (const line of before.split('\n')) {
    const [kind = '', path = '', value = ''] = line.split('\t');
    const [device = '', ...rest] = path.split('/');
    let one = byName.get(device);
    if (one === undefined) byName.set(device, (one = foundAt(device)));
    if (one !== null) take(one, kind, rest, value);
  }
  const known = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  const all = new Map(known.map(([address, one]) => [address, brief(address, one)]));
  const wanted = known.filter(([address, one]) => isWanted(one) || named.has(address));
  const netdevs = parseFunctionNetdevs(after);
  const members = membersOf(all.values());
  return {
    all,
    functions: wanted.map(([address, one]) => ({
      ...withoutGroup(brief(address, one)),
      iommuGroup:
        one.group === undefined ? null : { number: one.group, members: members.get(one.group) ?? [] },
      numaNode: one.numaNode ?? null,
      resetMethods: one.methods,
      canReset: one.canReset === true,
      virtual: virtualOf(address, one, found),
      physical: physicalOf(one),
      netdevs: one.netdevs.map((name) => netdevs(name)),
    })),
  };
}

/** True for what connects buses: it is in a group with those below it, and is never handed over itself. */
export function isBridge({ class: code }: Pick<PciFunction, 'class'>): boolean {
  return code >> 16 === BRIDGE_CLASS;
}

const NETWORK_CLASS = 0x02;
const BRIDGE_CLASS = 0x06;
// No PF has more than 65,535 VFs (PCIe SR-IOV, TotalVFs is 16 bits); real ones have some hundreds.
const MOST_VFS = 4096;

interface Found {
  chain: readonly PciAddress[];
  class?: number;
  vendor?: number;
  device?: number;
  driver?: string;
  group?: number;
  physicalFunction?: PciAddress | null;
  numaNode?: number;
  totalVfs?: number;
  canReset?: boolean;
  methods: readonly string[];
  readonly vfs: (PciAddress | null)[];
  readonly netdevs: string[];
}

function take(one: Found, kind: string, rest: readonly string[], value: string): void {
  const [what = ''] = rest;
  if (kind === 'at') one.chain = pciChainOfSysfsPath(value);
  else if (kind === 'link') takeLink(one, what, value.slice(value.lastIndexOf('/') + 1));
  else if (kind === 'file') takeFile(one, what, value.trim());
  else if (kind === 'there' && what === 'reset') one.canReset = true;
  else if (kind === 'there' && rest.at(-2) === 'net') {
    const name = rest.at(-1) ?? '';
    if (isNetdevName(name)) one.netdevs.push(name);
  }
}

function takeLink(one: Found, what: string, last: string): void {
  if (what === 'driver' && last !== '') one.driver = last;
  if (what === 'iommu_group' && /^\d{1,9}$/.test(last)) one.group = Number(last);
  if (what === 'physfn') one.physicalFunction = parsePciAddress(last);
  const index = /^virtfn(\d{1,5})$/.exec(what)?.[1];
  if (index === undefined || Number(index) >= MOST_VFS) return;
  while (one.vfs.length <= Number(index)) one.vfs.push(null);
  one.vfs[Number(index)] = parsePciAddress(last);
}

function takeFile(one: Found, what: string, value: string): void {
  if (/^0x[0-9a-f]{1,6}$/.test(value) && (what === 'class' || what === 'vendor' || what === 'device'))
    one[what] = Number(value);
  if (what === 'numa_node' && /^\d{1,5}$/.test(value)) one.numaNode = Number(value);
  if (what === 'sriov_totalvfs' && /^\d{1,5}$/.test(value)) one.totalVfs = Number(value);
  if (what === 'reset_method') one.methods = value.split(' ').filter((word) => /^[a-z_]{1,20}$/.test(word));
}

/** Also the drivers that know one kind of device: "mlx5_vfio_pci" (drivers/vfio/pci). */
function isWanted({ class: code = 0, driver }: Found): boolean {
  return code >> 16 === NETWORK_CLASS || isVfioDriver(driver ?? null);
}

/** True for vfio-pci and the drivers made from it. */
export function isVfioDriver(driver: string | null): boolean {
  return driver !== null && /(?:^|[-_])vfio[-_]pci$/.test(driver);
}

function brief(address: PciAddress, one: Found): PciFunction {
  return {
    address,
    class: one.class ?? 0,
    vendor: one.vendor ?? 0,
    device: one.device ?? 0,
    driver: one.driver ?? null,
    group: one.group ?? null,
    parent: one.chain.at(-2) ?? null,
  };
}

function withoutGroup(one: PciFunction): Omit<PciFunction, 'group'> {
  const { address, class: code, vendor, device, driver, parent } = one;
  return { address, class: code, vendor, device, driver, parent };
}

function membersOf(all: Iterable<PciFunction>): ReadonlyMap<number, readonly PciAddress[]> {
  const members = new Map<number, PciAddress[]>();
  for (const one of all) {
    if (one.group === null || isBridge(one)) continue;
    const list = members.get(one.group);
    if (list) list.push(one.address);
    else members.set(one.group, [one.address]);
  }
  return members;
}

function virtualOf(
  address: PciAddress,
  { physicalFunction }: Found,
  found: ReadonlyMap<PciAddress, Found>,
): NetworkFunction['virtual'] {
  if (physicalFunction == null) return null;
  const index = found.get(physicalFunction)?.vfs.indexOf(address) ?? -1;
  return index < 0 ? null : { physicalFunction, index };
}

function physicalOf({ totalVfs, vfs }: Found): NetworkFunction['physical'] {
  return totalVfs === undefined ? null : { totalVfs, vfs };
}
