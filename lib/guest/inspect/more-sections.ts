import { malformed } from '../malformed.js';
import type { Sections } from '../probe-sections.js';

const NAMES =
  'machine nics ethtool module owner ifstate linkfile windows config-space drivers-there kernel-signs mounts sockets descriptors processes more-end'.split(
    ' ',
  );
const OF_CHECK = new Set([
  'windows',
  'config-space',
  'drivers-there',
  'kernel-signs',
  'mounts',
  'sockets',
  'descriptors',
  'processes',
]);
const MAX_LINES = 100_000;
const MAX_LINE = 16_384;

/**
 * Cuts what an inspection prints behind the probe's last section into its own: every one must be there, once and in
 * order; those of a check only where a check was asked for.
 * @throws HotnicError `guest-probe-malformed`
 */
export function splitMore(answer: string, nonce: string, what: 'inspect' | 'check'): Sections {
  const lines = answer.split('\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES) throw malformed('it has more lines than any guest needs', '');
  const begin = lines.indexOf(`#${nonce} end`) + 1;
  const expected = NAMES.filter((name) => what === 'check' || !OF_CHECK.has(name));
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lines.slice(begin)) {
    if (line.length > MAX_LINE) throw malformed('a line is too long', line);
    if (!line.startsWith(`#${nonce} `)) {
      current.push(line);
      continue;
    }
    const name = line.slice(nonce.length + 2);
    if (name !== expected[sections.size]) throw malformed('its sections are unknown or out of order', line);
    current = [];
    sections.set(name, current);
  }
  if (sections.size !== expected.length)
    throw malformed(`its section "${expected[sections.size] ?? ''}" is missing`, lines.slice(-3).join('\n'));
  return sections;
}
