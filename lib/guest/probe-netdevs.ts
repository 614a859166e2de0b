import { parseMac } from '../nic/mac-address.js';
import { pciChainOfSysfsPath, pciPath } from '../nic/pci-address.js';
import { malformed } from './malformed.js';
import type { IpFacts } from './probe-addresses.js';
import type { PickedLines } from './probe-files.js';
import { columns, orNull, sysfsNumber } from './probe-facts.js';
import type { GuestNetdev } from './probe-types.js';

/** The netdevs of the probe's "netdevs" section, joined with addresses and udev properties. */
export function readNetdevs(
  lines: readonly string[],
  ip: IpFacts,
  udev: ReadonlyMap<number, ReadonlyMap<string, string>>,
): GuestNetdev[] {
  const seen = new Set<string>();
  return lines.flatMap((line) => {
    const netdev = readNetdev(line, ip, udev);
    if (netdev === null) return [];
    if (seen.has(netdev.name)) throw malformed('a netdev is there twice', netdev.name);
    seen.add(netdev.name);
    return netdev;
  });
}

function readNetdev(
  line: string,
  ip: IpFacts,
  udev: ReadonlyMap<number, ReadonlyMap<string, string>>,
): GuestNetdev | null {
  const [
    name = '',
    index = '',
    mac = '',
    operstate = '',
    carrier = '',
    flagText = '',
    mtuText = '',
    ...rest
  ] = columns(line, 15);
  const [speed = '', duplex = '', kind, uppers = '', lowers = '', master, device, driver] = rest;
  if (!isNetdevName(name)) throw malformed('a netdev has an impossible name', line);
  const ifindex = sysfsNumber(index);
  const flags = sysfsNumber(flagText);
  const mtu = sysfsNumber(mtuText);
  // It left while the probe was reading it.
  if (ifindex === null || flags === null || mtu === null) return null;
  const chain = pciChainOfSysfsPath(device ?? '');
  return {
    name,
    ifindex,
    mac: parseMac(mac),
    permanentMac: ip.permanentMac.get(name) ?? null,
    driver: orNull(driver),
    devicePath: orNull(device),
    pciAddress: chain.at(-1) ?? null,
    pciPath: chain.length === 0 ? null : pciPath(chain),
    operstate,
    carrier: carrier === '1' ? true : carrier === '0' ? false : null,
    flags,
    up: (flags & 1) === 1,
    mtu,
    speed: sysfsNumber(speed),
    duplex: orNull(duplex),
    addresses: ip.addresses.get(name) ?? [],
    kind: orNull(kind),
    master: orNull(master),
    uppers: names(uppers),
    lowers: names(lowers),
    udev: udev.get(ifindex) ?? new Map<string, string>(),
  };
}

/** What the kernel accepts as a netdev name: up to 15 bytes, no slash, colon or white space, not "." or "..". */
export function isNetdevName(name: string): boolean {
  return /^[^/:\s]{1,15}$/.test(name) && name !== '.' && name !== '..';
}

/** The udev database's entries for netdevs, /run/udev/data/nIFINDEX: properties by ifindex. */
export function readUdevData(files: PickedLines): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const entries = files.below('/run/udev/data/n').map(([path, lines]) => {
    const properties = lines.flatMap((line): [string, string][] => {
      const match = /^E:([A-Z0-9_]{1,64})=(.*)$/.exec(line);
      return match ? [[match[1] ?? '', match[2] ?? '']] : [];
    });
    return [Number(path.slice('/run/udev/data/n'.length)), new Map(properties)] as const;
  });
  return new Map(entries);
}

function names(list: string): string[] {
  return list.split(' ').filter((name) => isNetdevName(name));
}
