import type { Channel } from '../../channel/channel.js';
import { isHotnicError } from '../../errors/hotnic-error.js';
import { parseMac, type MacAddress } from '../../nic/mac-address.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { parseVfRow, type VfRow } from '../pci/vf-row.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';
import { fieldsOf, flagOf, jsonList, listOf, numberOf, textOf, textsOf, type Fields } from './json.js';
import { isNetdevName } from './netdev-name.js';

/** A netdev of the hypervisor's kernel, with what rtnetlink says of its kind. */
export interface HostLink {
  readonly name: string;
  readonly ifindex: number;
  /** IFLA_INFO_KIND: "tun", "macvtap", "bridge", "veth", …; null for physical devices. */
  readonly kind: string | null;
  /** The bridge, bond or switch it is a port of. */
  readonly master: string | null;
  /** The device below: of a macvtap the physical one. */
  readonly lower: string | null;
  readonly mac: MacAddress | null;
  readonly mtu: number | null;
  readonly operstate: string;
  readonly up: boolean;
  /** Null while it is down: the kernel does not say then. A tap has a carrier while a process holds it. */
  readonly carrier: boolean | null;
  readonly altNames: readonly string[];
  /** Addresses that the host itself has on it, link-local ones too. */
  readonly addresses: readonly string[];
  /** Null for what is no tun or tap. */
  readonly tun: TunDetails | null;
  /** macvlan and macvtap: "bridge", "vepa", "private", "passthru", "source". */
  readonly macvlanMode: string | null;
  /** The PCI function it is on. */
  readonly pci: PciAddress | null;
  /** A PF's own table of its VFs. */
  readonly vfs: readonly VfRow[];
}

export interface TunDetails {
  readonly type: 'tap' | 'tun';
  readonly persistent: boolean;
  /** An operator made it for a user or group; libvirt never does. */
  readonly owned: boolean;
  readonly multiQueue: boolean;
  readonly vnetHeader: boolean;
  readonly packetInfo: boolean;
}

/** Netdevs by name. */
export type HostLinks = ReadonlyMap<string, HostLink>;

/** Reads all netdevs of the host's network namespace, with one command. */
export async function readLinks(host: Channel, options?: HostCommandOptions): Promise<HostLinks> {
  return parseLinks(await hostCommand(host, ['ip', '-j', '-d', 'address', 'show'], options));
}

/** Reads one netdev; null when the kernel has none of that name. */
export async function readLinkNamed(
  host: Channel,
  name: string,
  options?: HostCommandOptions,
): Promise<HostLink | null> {
  if (!isNetdevName(name)) return null;
  try {
    const text = await hostCommand(host, ['ip', '-j', '-d', 'address', 'show', 'dev', name], options);
    // An alternative name finds its device too: that one is not meant.
    return parseLinks(text).get(name) ?? null;
  } catch (error) {
    if (isHotnicError(error, 'host-command') && /does not exist|Cannot find device/i.test(error.message))
      return null;
    throw error;
  }
}

/** Reads the output of `ip -j -d address show`. What is no netdev is left out. */
export function parseLinks(text: string): HostLinks {
  const links = jsonList(text, 'ip address').flatMap((entry) => toLink(entry) ?? []);
  return new Map(links.map((link) => [link.name, link]));
}

function toLink(entry: Fields): HostLink | null {
  const name = textOf(entry, 'ifname', 15);
  const ifindex = numberOf(entry, 'ifindex');
  // Entries that `ip` filtered out are printed as {}.
  if (name === null || ifindex === null || !isNetdevName(name)) return null;
  const info = fieldsOf(entry, 'linkinfo');
  const data = fieldsOf(info, 'info_data');
  const kind = textOf(info, 'info_kind');
  const flags = textsOf(entry, 'flags');
  const up = flags.includes('UP');
  return {
    name,
    ifindex,
    kind,
    master: textOf(entry, 'master', 15),
    lower: textOf(entry, 'link', 15),
    mac: parseMac(textOf(entry, 'address') ?? ''),
    mtu: numberOf(entry, 'mtu'),
    operstate: (textOf(entry, 'operstate') ?? 'unknown').toLowerCase(),
    up,
    carrier: up ? flags.includes('LOWER_UP') : null,
    altNames: textsOf(entry, 'altnames'),
    addresses: listOf(entry, 'addr_info').flatMap((one) => textOf(one, 'local') ?? []),
    tun: kind === 'tun' ? tunDetails(data) : null,
    macvlanMode: kind === 'macvtap' || kind === 'macvlan' ? textOf(data, 'mode') : null,
    pci: textOf(entry, 'parentbus') === 'pci' ? parsePciAddress(textOf(entry, 'parentdev') ?? '') : null,
    vfs: listOf(entry, 'vfinfo_list').flatMap((one) => parseVfRow(one) ?? []),
  };
}

function tunDetails(data: Fields): TunDetails {
  return {
    type: textOf(data, 'type') === 'tap' ? 'tap' : 'tun',
    persistent: flagOf(data, 'persist') === true,
    owned: ['user', 'group', 'uid', 'gid'].some((key) => Object.hasOwn(data, key)),
    multiQueue: flagOf(data, 'multi_queue') === true,
    vnetHeader: flagOf(data, 'vnet_hdr') === true,
    packetInfo: flagOf(data, 'pi') === true,
  };
}
