/** How a netdev stood before it was quiesced. Plain JSON: it goes into the journal. */
export interface QuiesceUndo {
  readonly netdev: string;
  readonly ifindex: number;
  readonly up: boolean;
  readonly master: string | null;
  /** Words for `ip addr replace … dev NETDEV`, one list for each address. */
  readonly addresses: readonly (readonly string[])[];
  /** Words for `ip -FAMILY route add … dev NETDEV`; the kernel's own and advertised routes are not among them. */
  readonly routes: readonly { readonly family: '4' | '6'; readonly words: readonly string[] }[];
  /** Lines that cannot be put back by hotnic. */
  readonly unsaved: readonly string[];
}

// Words that go back into an `ip` command line: never an option, never anything a shell or a terminal minds.
const WORD = /^[A-Za-z0-9][A-Za-z0-9.:/_%+-]{0,63}$/;

/** The words that would add an address again, from a line of `ip -o addr`; null for other lines and link-local IPv6. */
export function addressWords(line: string): string[] | null {
  const match = /^\d+:\s+\S+\s+inet6? (\S+(?: peer \S+)?)(.*)$/.exec(line.split('\\')[0] ?? '');
  if (!match) return null;
  const [, address = '', rest = ''] = match;
  // The kernel makes these itself when the device goes up.
  if (/\bscope link\b/.test(rest) && address.toLowerCase().startsWith('fe80:')) return null;
  // Autoconfigured ones come back with the next router advertisement.
  if (/\bmngtmpaddr\b|\btemporary\b/.test(rest)) return null;
  const words = address.split(' ');
  for (const key of ['brd', 'scope', 'metric']) {
    const value = new RegExp(`\\b${key} (\\S+)`).exec(rest)?.[1];
    if (value !== undefined) words.push(key, value);
  }
  if (/\bnoprefixroute\b/.test(rest)) words.push('noprefixroute');
  const lifetime = /valid_lft (\d+)sec preferred_lft (\d+)sec/.exec(line);
  if (lifetime) words.push('valid_lft', lifetime[1] ?? '', 'preferred_lft', lifetime[2] ?? '');
  return words.every((word) => WORD.test(word)) ? words : null;
}

/**
 * The words that would add a route again, from a line of `ip route show table all dev X`; null for those that come
 * back by themselves (the kernel's, router advertisements', local and multicast tables).
 */
export function routeWords(line: string): { readonly words: readonly string[] } | 'by-itself' | 'unknown' {
  const words = line.trim().split(/\s+/);
  if (words[0] === undefined || words[0] === '') return 'by-itself';
  const text = ` ${words.join(' ')} `;
  if (/ proto (?:kernel|ra) | table local /.test(text)) return 'by-itself';
  if (/^ (?:local|broadcast|multicast|anycast|ff00::\/8|fe80::\/64) /.test(text)) return 'by-itself';
  if (text.includes(' nexthop ')) return 'unknown';
  const kept = text.replace(/ (?:linkdown|dead|pervasive|offload|trap|expires \d+sec|error -?\d+)(?= )/g, '');
  const list = kept.trim().split(' ');
  return list.every((word) => WORD.test(word)) ? { words: list } : 'unknown';
}
