import { isNetdevName } from '../probe-netdevs.js';
import type { Limits, Offload } from './inspect-types.js';

/** What ethtool said of one NIC, by its option; '' is the link's settings. */
export type EthtoolAnswers = ReadonlyMap<string, readonly string[]>;

const OPTIONS = ['', '-i', '-k', '-g', '-l'];

/** The "ethtool" section: ">NIC TAB OPTION", then what ethtool printed. */
export function readEthtool(lines: readonly string[]): ReadonlyMap<string, EthtoolAnswers> {
  const all = new Map<string, Map<string, string[]>>();
  let current: string[] = [];
  for (const line of lines) {
    const [name = '', option = ''] = line.slice(1).split('\t');
    if (!line.startsWith('>') || !isNetdevName(name) || !OPTIONS.includes(option)) {
      if (current.length < 300) current.push(line);
      continue;
    }
    current = [];
    const nic = all.get(name) ?? new Map<string, string[]>();
    all.set(name, nic.set(option, current));
  }
  return all;
}

/** "Key: value" lines; the first of a key counts. */
export function ethtoolValues(lines: readonly string[] | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of lines ?? []) {
    const match = /^\s*([A-Za-z][\w /.-]{0,60}):\s*(.*)$/.exec(line);
    if (match && !values.has(match[1] ?? ''))
      values.set(match[1] ?? '', (match[2] ?? '').trim().slice(0, 200));
  }
  return values;
}

/** `ethtool -k`: "name: on [fixed]", lines below another one indented. Null when it said nothing. */
export function readOffloads(lines: readonly string[] | undefined): readonly Offload[] | null {
  const found = (lines ?? []).flatMap((line): Offload[] => {
    const match = /^\s*([a-z0-9][a-z0-9-]{0,63}): (on|off)(?: \[(fixed|[^\]]{1,40})\])?\s*$/.exec(line);
    return match ? [{ name: match[1] ?? '', on: match[2] === 'on', fixed: match[3] === 'fixed' }] : [];
  });
  return found.length === 0 ? null : found;
}

/** `ethtool -g` and `-l`: "Pre-set maximums" first, then "Current hardware settings". Null when it said nothing. */
export function readLimits(lines: readonly string[] | undefined): Limits | null {
  const parts = { most: new Map<string, number>(), now: new Map<string, number>() };
  let part: 'most' | 'now' | null = null;
  for (const line of lines ?? []) {
    if (line.startsWith('Pre-set maximums')) part = 'most';
    else if (line.startsWith('Current hardware settings')) part = 'now';
    const match = /^([A-Za-z][A-Za-z ]{0,30}):\s*(\d{1,9})\s*$/.exec(line);
    if (match && part !== null) parts[part].set((match[1] ?? '').toLowerCase(), Number(match[2]));
  }
  if (parts.now.size === 0) return null;
  return { now: Object.fromEntries(parts.now), most: Object.fromEntries(parts.most) };
}
