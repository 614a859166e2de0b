import { usageError } from '../../errors/hotnic-error.js';
import { describe, goesBy } from '../shared/select-nic.js';
import { isGhost } from './ghost.js';
import type { DomainScan, Finding, Scan } from './scan-types.js';

/** Everything that was judged: NICs by domain, then what no domain owns. */
export function findingsOf(scan: Scan): readonly Finding[] {
  return [
    ...scan.domains.flatMap(({ domain, nics }) => nics.map((one) => ({ domain, ...one }))),
    ...scan.host.leftovers,
  ];
}

/** The ghosts of a scan. */
export function ghostsOf(scan: Scan): readonly Finding[] {
  return findingsOf(scan).filter(({ verdict }) => isGhost(verdict.kind));
}

/** The scan of the domain that a finding is about; null for what no domain owns. */
export function domainOf(finding: Finding, scan: Scan): DomainScan | null {
  return scan.domains.find(({ domain }) => domain === finding.domain) ?? null;
}

/**
 * The one finding that goes by a name: MAC, alias, host target, guest interface name or PCI address.
 * @throws HotnicError `nic-unknown`, `nic-ambiguous` (exit 2), with the candidates
 */
export function selectFinding(findings: readonly Finding[], text: string): Finding {
  const fitting = findings.filter(({ nic }) => goesBy(nic, text));
  const [chosen] = fitting;
  if (chosen && fitting.length === 1) return chosen;
  if (!chosen)
    throw usageError(
      'nic-unknown',
      `nothing goes by ${JSON.stringify(text)}`,
      findings.length === 0 ? 'hotnic list (there are no NICs)' : `name one of: ${candidates(findings)}`,
    );
  throw usageError(
    'nic-ambiguous',
    `${JSON.stringify(text)} fits ${fitting.length} NICs`,
    `name its domain, and its alias or PCI address: ${candidates(fitting)}`,
  );
}

/** A finding as a person would name it: its domain and everything that the NIC goes by. */
export function nameFinding({ domain, nic }: Finding): string {
  return `${domain ?? 'host'}: ${describe(nic)}`;
}

const SHOWN = 10;

function candidates(findings: readonly Finding[]): string {
  const shown = findings.slice(0, SHOWN).map(nameFinding).join('; ');
  return findings.length > SHOWN ? `${shown}; … (${findings.length} in all)` : shown;
}
