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
  const agreeing = here.filter(({ nic }) => agree(finding.nic, nic));
  const rank = (one: Finding) =>
    KEYS.filter((key) => finding.nic[key] !== null && finding.nic[key] === one.nic[key]).length +
    (one.verdict.kind === finding.verdict.kind ? 0.5 : 0);
  return [...agreeing].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

const KEYS = ['mac', 'alias', 'pciPath', 'target', 'guestName'] as const;

/** They share a name of some kind, and contradict each other in none that stays the same for a NIC's life. */
function agree(a: Nic, b: Nic): boolean {
  const both = (key: (typeof KEYS)[number]) => a[key] !== null && b[key] !== null;
  if (both('mac')) return a.mac === b.mac;
  return KEYS.some((key) => both(key) && a[key] === b[key]);
}
