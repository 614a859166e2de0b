import { printable } from '../guest/printable.js';
import { findingsOf } from '../operations/ghosts/findings.js';
import { isGhost } from '../operations/ghosts/ghost.js';
import type { Finding, Scan } from '../operations/ghosts/scan-types.js';
import { nameOf, type VerdictKind } from '../verdicts/index.js';
import { table } from './table.js';

/** The table of `hotnic ghosts scan`: ghosts, or with `healthy` everything; then the counts and what is unknown. */
export function scanText(scan: Scan, healthy: boolean): string {
  const all = findingsOf(scan);
  const ghosts = all.filter(({ verdict }) => isGhost(verdict.kind));
  const shown = healthy ? all : ghosts;
  const parts = [countsLine(scan, all, ghosts)];
  if (shown.length > 0)
    parts.unshift(
      table(
        ['DOMAIN', 'NIC', 'MAC', 'VERDICT', 'WHAT'],
        shown.map((finding) => row(finding).map((cell) => printable(cell, 300))),
      ),
    );
  const notes = [...unknownLines(all), ...troubleLines(scan)];
  if (notes.length > 0) parts.push(notes.map((line) => printable(line, 1000)).join('\n'));
  if (ghosts.length > 0)
    parts.push('hotnic ghosts explain NIC says why; hotnic ghosts clean shows what would cure them');
  return parts.join('\n\n');
}

function row({ domain, nic, verdict }: Finding): readonly string[] {
  return [domain ?? '(host)', nameOf(nic), nic.mac ?? '-', verdict.kind, verdict.summary];
}

/** How many there are of each kind: "2 ghosts (1 live-only, 1 host-orphan); 40 healthy, 3 unknown; 12 domains". */
function countsLine(scan: Scan, all: readonly Finding[], ghosts: readonly Finding[]): string {
  const counts = countKinds(all);
  const kinds = [...new Set(ghosts.map(({ verdict }) => verdict.kind))].map(
    (kind) => `${counts.get(kind) ?? 0} ${kind}`,
  );
  const rest = (['healthy', 'unknown', 'offline', 'unmanaged'] as const).flatMap((kind) => {
    const count = counts.get(kind) ?? 0;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const found =
    ghosts.length === 0
      ? 'no ghosts'
      : `${ghosts.length} ${ghosts.length === 1 ? 'ghost' : 'ghosts'} (${kinds.join(', ')})`;
  return [
    [found, ...(rest.length === 0 ? [] : [rest.join(', ')])].join('; '),
    ` in ${plural(scan.domains.length, 'domain')}`,
    ` (${(scan.tookMs / 1000).toFixed(1)} s)`,
  ].join('');
}

/** The number of findings of each kind. */
function countKinds(all: readonly Finding[]): ReadonlyMap<VerdictKind, number> {
  const counts = new Map<VerdictKind, number>();
  for (const { verdict } of all) counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
  return counts;
}

const SHOWN = 5;

/** Which NICs could not be judged, those with one reason together: a guest that is cut off is one line. */
function unknownLines(all: readonly Finding[]): readonly string[] {
  const byReason = new Map<string, Finding[]>();
  for (const finding of all) {
    if (finding.verdict.kind !== 'unknown') continue;
    const reason = finding.verdict.evidence.join('; ');
    const group = byReason.get(reason) ?? [];
    group.push(finding);
    byReason.set(reason, group);
  }
  return [...byReason].map(([reason, group]) => {
    const names = group.slice(0, SHOWN).map(({ domain, nic }) => `${domain ?? 'host'} ${nameOf(nic)}`);
    const more = group.length > SHOWN ? `, … (${group.length} in all)` : '';
    return `unknown: ${names.join(', ')}${more}: ${reason}`;
  });
}

function troubleLines({ unreadable, host }: Scan): readonly string[] {
  return [
    ...unreadable.map(({ domain, why }) => `unreadable: ${domain}: ${why}`),
    ...(host.state === 'unreadable' ? [`the host could not be read: ${host.why ?? 'unknown reason'}`] : []),
  ];
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The same for programs. */
export function scanDocument(scan: Scan): object {
  return {
    domains: scan.domains.map(({ domain, readings, nics }) => ({ domain, readings, nics })),
    host: {
      state: scan.host.state,
      ...(scan.host.why === undefined ? {} : { why: scan.host.why }),
      leftovers: scan.host.leftovers.map(({ nic, verdict }) => ({ nic, verdict })),
    },
    unreadable: scan.unreadable,
    counts: Object.fromEntries(countKinds(findingsOf(scan))),
    startedAt: scan.startedAt,
    tookMs: scan.tookMs,
  };
}
