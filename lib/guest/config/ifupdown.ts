import type { ConfigFile, ConfigLine } from '../probe-deep-types.js';
import type { ConfigClaim, ConfigClaims, Cut } from './claim.js';
import { byName } from './names.js';

// interfaces(5): words that begin a stanza.
const HEAD =
  /^\s*(iface|auto|allow-[\w-]+|no-auto-down|no-scripts|mapping|source|source-directory|rename|template)\s+(.*?)\s*$/;
// Options that make the device rather than configure one that is there.
const MAKES =
  /^\s*(?:bridge[_-]ports|bond[_-](?:slaves|mode|primary)|vlan[_-]raw[_-]device|link-type|(?:pre-)?up\s+ip\s+link\s+add|tunnel|macvlan|wireguard)\b/;

interface Stanza {
  readonly word: string;
  readonly rest: readonly string[];
  readonly from: number;
  to: number;
  readonly options: string[];
}

/** /etc/network/interfaces and what it includes: "iface NAME" stanzas of Ethernet names. */
export function readIfupdown(file: ConfigFile): ConfigClaims {
  const stanzas = readStanzas(file.lines);
  const ifaces = stanzas.filter(({ word }) => word === 'iface');
  const made = ifaces.filter(isMade).map(({ rest }) => rest[0] ?? '');
  const names = new Set(ifaces.filter((one) => !isMade(one)).map(({ rest }) => rest[0] ?? ''));
  const claims = [...names].flatMap((name): ConfigClaim[] => {
    const says = byName(name);
    if (says === null || made.includes(name)) return [];
    const own = stanzas.filter(({ rest, word }) =>
      word === 'iface' ? rest[0] === name : word !== 'source' && rest.includes(name),
    );
    // Images bring "allow-hotplug ethN" for whatever NICs a machine may have: a template, nobody's name.
    if (
      /^eth\d/.test(name) &&
      own.some(({ word }) => word === 'allow-hotplug') &&
      !own.some(({ word }) => word === 'auto')
    )
      return [];
    const line = own.find(({ word }) => word === 'iface')?.from ?? 1;
    return [
      {
        system: 'ifupdown',
        file: file.path,
        line,
        ...says,
        gives: null,
        cut: cutOf(file, name, own, stanzas),
      },
    ];
  });
  return { claims, made };
}

function isMade({ options, rest }: Stanza): boolean {
  return rest[2] === 'tunnel' || rest[2] === 'loopback' || options.some((option) => MAKES.test(option));
}

function cutOf(file: ConfigFile, name: string, own: readonly Stanza[], all: readonly Stanza[]): Cut {
  if (own.some(({ word, rest }) => word !== 'iface' && rest.length > 1))
    return { kind: 'by-hand', why: `a line names ${name} together with others` };
  if (own.length === all.length && file.path !== '/etc/network/interfaces') return { kind: 'file' };
  return { kind: 'lines', ranges: own.map(({ from, to }) => [from, to] as const) };
}

/** A stanza goes from its head to its last option; comments and blank lines after that belong to nobody. */
function readStanzas(lines: readonly ConfigLine[]): Stanza[] {
  const stanzas: Stanza[] = [];
  let continued = false;
  for (const { number, text } of lines) {
    const current = stanzas.at(-1);
    const blank = /^\s*(?:#|$)/.test(text);
    const match = continued || blank ? null : HEAD.exec(text);
    if (match) {
      const [, word = '', rest = ''] = match;
      stanzas.push({ word, rest: rest.split(/\s+/), from: number, to: number, options: [] });
    } else if (current && (continued || !blank)) {
      current.to = number;
      current.options.push(text);
    }
    continued = text.endsWith('\\') && !blank;
  }
  return stanzas;
}
