import type { Channel } from '../../channel/channel.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';
import { jsonList, textOf } from '../host/json.js';
import { parseLinks, type HostLinks } from '../host/links.js';

/** What the host itself does over its netdevs: what would end if one of them went. */
export interface HostTraffic {
  readonly links: HostLinks;
  /** Netdevs that a default route goes over. */
  readonly defaultRoutes: ReadonlySet<string>;
  /** Netdevs that an SSH session into this host goes over, with the other end. */
  readonly sessions: ReadonlyMap<string, string>;
}

// One command: over SSH each costs a round trip. Where `ss` is missing, or no route leads to a peer, nothing is printed.
const SCRIPT = `ip -j -d address show || exit 3
echo; echo default; ip -4 -j route show default
echo; echo default; ip -6 -j route show default
echo; echo connection; printenv SSH_CONNECTION
echo sockets; sockets=$(ss -Htnp state established 2>/dev/null); printf '%s\\n' "$sockets"
for peer in $(printf '%s\\n0 0 x:22 %s:0\\n' "$sockets" "$(printenv SSH_CONNECTION | cut -d ' ' -f 1)" |
  awk '$3 ~ /:22$/ || /"sshd/ { print $4 }' |
  sed 's/:[0-9]*$//; s/^\\[//; s/\\]$//; s/%.*//; s/^::ffff:\\([0-9]*[.]\\)/\\1/' | sort -u | head -n 32); do
  echo "route $peer"; ip -j route get "$peer" 2>/dev/null; echo
done
exit 0`;

/**
 * Reads what the host uses its netdevs for, over the connection that may itself be one of these uses.
 * @throws HotnicError `host-command`, `host-answer`
 */
export async function readHostTraffic(host: Channel, options?: HostCommandOptions): Promise<HostTraffic> {
  return parseHostTraffic(await hostCommand(host, ['sh', '-c', SCRIPT], options));
}

/**
 * Reads what the script prints: links, then parts under a line of their own.
 * @throws HotnicError `host-answer`
 */
export function parseHostTraffic(text: string): HostTraffic {
  const [links = '', ...parts] = text.split(/^(?=default$|connection$|sockets$|route )/m);
  const part = (name: string) =>
    parts.flatMap((one) => {
      const [head = '', ...rest] = one.split('\n');
      return head === name || head.startsWith(`${name} `) ? [{ head, body: rest.join('\n') }] : [];
    });
  const peers = new Set([
    ...part('sockets').flatMap(({ body }) => sshPeers(body)),
    ...part('connection').flatMap(({ body }) => addressIn(`${body.trim().split(' ')[0] ?? ''}:0`)),
  ]);
  return {
    links: parseLinks(links),
    defaultRoutes: new Set(part('default').flatMap(({ body }) => routeDevices(body))),
    sessions: new Map(
      part('route').flatMap(({ head, body }) => {
        const peer = head.slice('route '.length);
        return peers.has(peer) ? routeDevices(body).map((device) => [device, peer] as const) : [];
      }),
    ),
  };
}

/**
 * A netdev and all that stands on it: bridges and bonds that it is a port of, VLANs and macvtaps above it, and what
 * stands on these in turn.
 */
export function standingOn(links: HostLinks, name: string): readonly string[] {
  const found = new Set([name]);
  for (const one of found) {
    const master = links.get(one)?.master;
    if (master != null) found.add(master);
    for (const link of links.values()) if (link.lower === one) found.add(link.name);
  }
  return [...found];
}

/** The other ends of this host's SSH sessions, from `ss -Htnp`: sshd's own sockets, or port 22 where ss names nobody. */
export function sshPeers(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [, , local = '', peer = ''] = columns;
    const process = columns.slice(4).join(' ');
    const isSsh = process === '' ? local.endsWith(':22') : /\(\("sshd/.test(process);
    return isSsh ? addressIn(peer) : [];
  });
}

/** "192.0.2.4:22", "[::ffff:192.0.2.4]:22", "[fe80::1%eth0]:22". */
function addressIn(text: string): readonly string[] {
  const bare = text
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/, '');
  return /^[0-9a-f:.]{2,45}$/i.test(bare) ? [bare] : [];
}

function routeDevices(text: string): readonly string[] {
  return jsonList(text, 'ip route').flatMap((route) => textOf(route, 'dev', 15) ?? []);
}
