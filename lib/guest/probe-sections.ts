import { malformed } from './malformed.js';

/** The sections of a probe's answer: name to lines. */
export type Sections = ReadonlyMap<string, readonly string[]>;

const NAMES =
  'begin pci pciehp slots netdevs files links fib if6 log drivers netns holders config clock end'.split(' ');
const OPTIONAL = new Set(['fib', 'if6', 'drivers', 'netns', 'holders', 'config']);
const MAX_LINES = 100_000;
const MAX_LINE = 16_384;

/**
 * Cuts the answer of the probe script into its sections. Text before "#NONCE begin" and after "#NONCE end" is
 * dropped (login scripts talk); between them every section must be there, once and in order.
 * @throws HotnicError `guest-probe-malformed`
 */
export function splitSections(answer: string, nonce: string): Sections {
  const lines = answer.split('\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES) throw malformed('it has more lines than any guest needs', '');
  const begin = lines.indexOf(`#${nonce} begin`);
  const end = lines.indexOf(`#${nonce} end`);
  if (begin < 0) throw malformed('its beginning is missing', answer);
  if (end < begin) throw malformed('it stops half-way', lines.slice(-3).join('\n'));

  const sections = new Map<string, string[]>();
  let current: string[] = [];
  let position = -1;
  for (const line of lines.slice(begin, end + 1)) {
    if (line.length > MAX_LINE) throw malformed('a line is too long', line);
    if (!line.startsWith(`#${nonce} `)) {
      current.push(line);
      continue;
    }
    const name = line.slice(nonce.length + 2);
    const next = NAMES.indexOf(name);
    if (next <= position) throw malformed('its sections are unknown or out of order', line);
    position = next;
    current = [];
    sections.set(name, current);
  }
  for (const name of NAMES) {
    if (!sections.has(name) && !OPTIONAL.has(name)) throw malformed(`its section "${name}" is missing`, '');
  }
  return sections;
}

/** The lines of a section; none for an optional one that is not there. */
export function sectionLines(sections: Sections, name: string): readonly string[] {
  return sections.get(name) ?? [];
}
