import type { InspectedNic } from '../inspect/inspect-types.js';
import { ipv6Text } from '../probe-proc-net.js';

/** A process with a socket that is tied to a NIC: by one of its addresses, or by the NIC itself. */
export interface SocketHolder {
  readonly pid: number;
  readonly command: string;
  /** "tcp 10.0.0.5:22", "packet". */
  readonly sockets: readonly string[];
}

interface Socket {
  readonly inode: string;
  readonly text: string;
}

/**
 * Who holds sockets on a NIC, from the sections "sockets", "descriptors" (">PID", then the inodes of its sockets) and
 * "processes". A socket on every address is
 * tied to none. What is bound with SO_BINDTODEVICE and no address does not show in /proc.
 */
export function socketHolders(
  nic: InspectedNic,
  sockets: readonly string[],
  descriptors: readonly string[],
  processes: readonly string[],
): SocketHolder[] {
  const tied = new Map(tiedTo(nic, sockets).map(({ inode, text }) => [inode, text]));
  const names = new Map(
    processes.map((line) => line.split('\t')).map(([pid = '', name = '']) => [pid, name]),
  );
  const byPid = new Map<string, Set<string>>();
  let pid = '';
  for (const line of descriptors) {
    if (line.startsWith('>')) pid = line.slice(1);
    const text = tied.get(line);
    if (text === undefined || !/^\d{1,10}$/.test(pid)) continue;
    byPid.set(pid, (byPid.get(pid) ?? new Set()).add(text));
  }
  return [...byPid].map(([pid, held]) => ({
    pid: Number(pid),
    command: (names.get(pid) ?? '').slice(0, 64),
    sockets: [...held].slice(0, 10),
  }));
}

function tiedTo(nic: InspectedNic, lines: readonly string[]): Socket[] {
  const addresses = nic.addresses.map(({ address }) => address);
  let kind = '';
  return lines.flatMap((line): Socket[] => {
    if (line.startsWith('>')) {
      kind = line.slice(1);
      return [];
    }
    const columns = line.trim().split(/\s+/);
    if (kind === 'packet') {
      const [, , , , iface = '', , , , inode = ''] = columns;
      return Number(iface) === nic.ifindex ? [{ inode, text: 'packet' }] : [];
    }
    const [, local = '', , , , , , , , inode = ''] = columns;
    const address = addressOf(local);
    if (address === null || !addresses.includes(address.host)) return [];
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    return [{ inode, text: `${kind.replace('6', '')} ${host}:${address.port}` }];
  });
}

/** "0100007F:0016": each 32-bit word of the address in the guest's own order, which is little-endian (x86, arm64). */
function addressOf(text: string): { host: string; port: number } | null {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text);
  if (!match) return null;
  const [, hex = '', port = ''] = match;
  const bytes = (hex.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, 'hex').reverse());
  const all = Buffer.concat(bytes);
  const mapped = all.length === 16 && all.subarray(0, 12).toString('hex') === '00000000000000000000ffff';
  const v4 = all.length === 4 ? all : mapped ? all.subarray(12) : null;
  return { host: v4 ? v4.join('.') : ipv6Text(all.toString('hex')), port: Number.parseInt(port, 16) };
}
