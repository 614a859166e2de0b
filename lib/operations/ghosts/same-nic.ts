import type { Nic } from '../../nic/sighting.js';
import type { Finding, Scan } from './scan-types.js';
import { findingsOf } from './findings.js';

/**
 * The finding of an earlier scan, looked for in a later one: null when the NIC is in no plane any more. MACs may
 * repeat, aliases are given anew, so whatever both scans know has to agree; where two NICs are left, the one with the
 * same verdict is meant: nothing is called cured while a twin of it is not.
 */
export function findAgain(finding: Finding, later: Scan): Finding | null {
  const here = findingsOf(later).filter(({ domain }) => domain === finding.domain);
  const known = keysOf(finding.nic);
  const agreeing = here.filter(({ nic }) => agree(known, keysOf(nic)));
  const rank = (one: Finding) => {
    const keys = keysOf(one.nic);
    const alike = KEYS.filter((key) => known[key] !== null && known[key] === keys[key]).length;
    return alike + (one.verdict.kind === finding.verdict.kind ? 0.5 : 0);
  };
  return [...agreeing].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

const KEYS = ['mac', 'alias', 'pciPath', 'target', 'guestName'] as const;

type Keys = Pick<Nic, (typeof KEYS)[number]>;

/** What it goes by. Residue has no netdev: the files of the guest name it. */
function keysOf({ mac, alias, pciPath, target, guestName, sightings }: Nic): Keys {
  return { mac, alias, pciPath, target, guestName: guestName ?? sightings['guest-config']?.name ?? null };
}

/** They share a name of some kind, and contradict each other in none that stays the same for a NIC's life. */
function agree(a: Keys, b: Keys): boolean {
  const both = (key: (typeof KEYS)[number]) => a[key] !== null && b[key] !== null;
  if (both('mac')) return a.mac === b.mac;
  return KEYS.some((key) => both(key) && a[key] === b[key]);
}
