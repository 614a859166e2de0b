import { parseMac } from '../nic/mac-address.js';
import type { MacAddress } from '../nic/mac-address.js';
import type { GuestAddress } from './probe-types.js';

/** What `ip` (or /proc/net, where there is none) tells about netdevs, by name. */
export interface IpFacts {
  readonly addresses: ReadonlyMap<string, readonly GuestAddress[]>;
  readonly permanentMac: ReadonlyMap<string, MacAddress>;
}

const ADDRESS =
  /^\d+:\s+(\S+)\s+(inet6?) ([0-9a-fA-F.:]{2,45})(?: peer [0-9a-fA-F.:]{2,45})?(?:\/(\d{1,3}))?\s(.*?\bscope (\S+))?(.*)$/;
const LINK = /^\d+:\s+([^@:\s]+)(?:@\S+)?:\s.*\bpermaddr ([0-9a-f:]{17})/;

/**
 * Reads the output of `ip -o link` and `ip -o addr`, iproute2's or busybox's. Lines of other kinds are passed over:
 * busybox prints links among the addresses.
 */
export function readIp(lines: readonly string[]): IpFacts {
  const addresses = new Map<string, GuestAddress[]>();
  const permanentMac = new Map<string, MacAddress>();
  for (const line of lines) {
    const link = LINK.exec(line);
    const mac = link ? parseMac(link[2] ?? '') : null;
    if (link && mac) permanentMac.set(link[1] ?? '', mac);
    const match = ADDRESS.exec(line);
    if (!match) continue;
    const [, name = '', family = '', address = '', prefix, , scope = 'global', rest = ''] = match;
    add(addresses, name, {
      family: family === 'inet6' ? 'inet6' : 'inet',
      address: address.toLowerCase(),
      prefix: Number(prefix ?? (family === 'inet6' ? 128 : 32)),
      scope,
      tentative: /\b(?:tentative|dadfailed)\b/.test(rest),
    });
  }
  return { addresses, permanentMac };
}

/** Adds an address once: a second form of the same `ip` call may have printed it again. */
export function add(all: Map<string, GuestAddress[]>, name: string, address: GuestAddress): void {
  const known = all.get(name) ?? [];
  if (!known.some((other) => other.address === address.address && other.prefix === address.prefix)) {
    all.set(name, [...known, address]);
  }
}
