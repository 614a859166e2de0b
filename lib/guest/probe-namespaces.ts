import { malformed } from './malformed.js';
import type { GuestNamespace } from './probe-deep-types.js';
import { readNetdevs } from './probe-netdevs.js';

const NOTHING = { addresses: new Map(), permanentMac: new Map() };
const MAX_NAMESPACES = 64;

/** Reads the probe's "netns" section: "ns PATH COMM", then the netdevs in it, or "unreadable". */
export function readNamespaces(lines: readonly string[]): GuestNamespace[] {
  const spaces: { head: string; body: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('ns\t')) spaces.push({ head: line, body: [] });
    else spaces.at(-1)?.body.push(line);
  }
  if (spaces.length > MAX_NAMESPACES) throw malformed('it has more namespaces than were asked for', '');
  return spaces.map(({ head, body }) => ({
    ...whose(head),
    readable: !body.includes('unreadable'),
    netdevs: readNetdevs(
      body.filter((line) => line !== 'unreadable' && line !== 'more' && line !== ''),
      NOTHING,
      new Map(),
    ),
  }));
}

function whose(head: string): Pick<GuestNamespace, 'name' | 'pid' | 'process'> {
  const match = /^ns\t(?:\/run\/netns\/([^/\t]{1,255})|\/proc\/(\d{1,10})\/ns\/net)\t(.{0,64})$/.exec(head);
  if (!match) throw malformed('a network namespace has no place', head);
  const [, name, pid, process = ''] = match;
  return name === undefined ? { name: null, pid: Number(pid), process } : { name, pid: null, process: null };
}
