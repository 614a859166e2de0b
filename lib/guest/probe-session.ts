import { isIPv6 } from 'node:net';
import type { GuestNetdev, GuestSession } from './probe-types.js';

/** The netdev that holds the local address of $SSH_CONNECTION ("client port server port"). */
export function readSession(sshConnection: string, netdevs: readonly GuestNetdev[]): GuestSession | null {
  const address = sshConnection.split(' ')[2];
  if (address === undefined || !/^[0-9a-fA-F.:%\w-]{2,64}$/.test(address)) return null;
  const local = plainAddress(address);
  const scope = address.split('%')[1];
  const holder = netdevs.find(
    (netdev) =>
      (scope === undefined || scope === netdev.name) &&
      netdev.addresses.some((held) => plainAddress(held.address) === local),
  );
  return { localAddress: local, netdev: holder?.name ?? null };
}

/** Netdevs of default routes in lines of /proc/net/route and /proc/net/ipv6_route; loopback is no way out. */
export function readDefaultRoutes(lines: readonly string[], known: readonly GuestNetdev[]): string[] {
  const names = lines.map((line) => {
    const v4 = line.split('\t');
    return v4.length > 7 ? (v4[7] === '00000000' ? v4[0] : '') : line.trim().split(/\s+/)[9];
  });
  const real = names.filter((name) => name !== 'lo' && known.some((netdev) => netdev.name === name));
  return [...new Set(real.filter((name) => name !== undefined))];
}

/** Without zone and without the IPv4-in-IPv6 form that sshd may print; IPv6 in its shortest text. */
function plainAddress(address: string): string {
  const bare = (address.split('%')[0] ?? '').toLowerCase();
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(bare);
  if (mapped) return mapped[1] ?? bare;
  return isIPv6(bare) ? new URL(`http://[${bare}]/`).hostname.slice(1, -1) : bare;
}
