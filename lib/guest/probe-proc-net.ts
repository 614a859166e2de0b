import { add } from './probe-addresses.js';
import type { IpFacts } from './probe-addresses.js';
import type { GuestAddress } from './probe-types.js';

/**
 * Addresses on a guest without any `ip`: IPv6 from /proc/net/if_inet6; IPv4 from the local entries of
 * /proc/net/fib_trie, given to the netdev whose connected route (/proc/net/route) holds them.
 */
export function readProcNet(fib: readonly string[], if6: readonly string[]): IpFacts {
  const addresses = new Map<string, GuestAddress[]>();
  const connected = fib.flatMap(connectedRoute);
  let candidate: string | null = null;
  for (const line of fib) {
    const entry = /^\s*\|-- (\d{1,3}(?:\.\d{1,3}){3})$/.exec(line);
    if (entry) candidate = entry[1] ?? null;
    if (!/\/32 host LOCAL$/.test(line) || candidate === null) continue;
    const value = ipv4Number(candidate.split('.').map(Number));
    const route = connected
      .filter(({ network, mask }) => (value & mask) >>> 0 === network)
      .sort((a, b) => b.prefix - a.prefix)[0];
    const loopback = candidate.startsWith('127.');
    if (route) add(addresses, route.netdev, ipv4(candidate, route.prefix, 'global'));
    else if (loopback) add(addresses, 'lo', ipv4(candidate, 8, 'host'));
  }
  for (const line of if6) {
    const match = /^([0-9a-f]{32}) [0-9a-f]+ ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{2})\s+(\S+)$/.exec(line);
    if (!match) continue;
    const [, hex = '', prefix = '', scope = '', flags = '', name = ''] = match;
    add(addresses, name, {
      family: 'inet6',
      address: ipv6Text(hex),
      prefix: Number.parseInt(prefix, 16),
      // IPV6_ADDR_LOOPBACK, _LINKLOCAL, _SITELOCAL of net/ipv6.h
      scope: { '10': 'host', '20': 'link', '40': 'site' }[scope] ?? 'global',
      // IFA_F_TENTATIVE 0x40 and IFA_F_DADFAILED 0x08 of linux/if_addr.h
      tentative: (Number.parseInt(flags, 16) & 0x48) !== 0,
    });
  }
  return { addresses, permanentMac: new Map() };
}

interface Connected {
  readonly netdev: string;
  readonly network: number;
  readonly mask: number;
  readonly prefix: number;
}

/** A /proc/net/route line without a gateway; its addresses are little-endian hexadecimal. */
function connectedRoute(line: string): Connected[] {
  const [netdev = '', destination = '', gateway = '', , , , , mask = ''] = line.split('\t');
  if (!/^[0-9A-F]{8}$/.test(destination) || gateway !== '00000000' || !/^[0-9A-F]{8}$/.test(mask)) return [];
  const number = (hex: string) => ipv4Number([...Buffer.from(hex, 'hex')].reverse());
  const bits = number(mask);
  if (bits === 0) return [];
  return [
    { netdev, network: number(destination), mask: bits, prefix: bits.toString(2).replaceAll('0', '').length },
  ];
}

function ipv4Number(bytes: readonly number[]): number {
  return bytes.reduce((value, byte) => (value * 256 + byte) >>> 0, 0);
}

function ipv4(address: string, prefix: number, scope: string): GuestAddress {
  return { family: 'inet', address, prefix, scope, tentative: false };
}

/** 32 hexadecimal digits as the shortest IPv6 text (RFC 5952): the first longest run of zeros becomes "::". */
export function ipv6Text(hex: string): string {
  const groups = (hex.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16));
  let best = { start: 0, length: 1 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== '0') start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  if (best.length === 1) return groups.join(':');
  const head = groups.slice(0, best.start).join(':');
  return `${head}::${groups.slice(best.start + best.length).join(':')}`;
}
