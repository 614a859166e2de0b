import { EXIT, usageError, type ExitCode } from '../../errors/hotnic-error.js';
import type { CleanOptions, CleanReport, Treatment } from './clean-types.js';
import { findingsOf, ghostsOf, selectFinding } from './findings.js';
import { isGhost } from './ghost.js';
import type { VerdictKind } from '../../verdicts/index.js';
import { findAgain } from './same-nic.js';
import { GuestSessions } from './guest-sessions.js';
import { scan } from './scan.js';
import type { Finding, Scan } from './scan-types.js';
import { treat, type Surgery } from './treat.js';

/**
 * Cures ghosts: scans, and for each ghost plans the first remedy that the limits allow. With `apply` the plans run, one
 * journalled run each: the verdict is read again before the first act and after the last one.
 * @throws HotnicError `nic-unknown`, `nic-ambiguous`, `choose-which` (exit 2); whatever keeps the scan from reading
 */
export async function clean(options: CleanOptions): Promise<CleanReport> {
  const { access, apply, signal } = options;
  await using guests = new GuestSessions(access ?? (() => null));
  const look = (domains: readonly string[], withGuests: boolean, inTime: AbortSignal, qemu = options.qemu) =>
    scan({
      ...options,
      domains,
      qemu,
      host: 'whole',
      signal: inTime,
      askGuest: access && withGuests ? guests.ask : null,
    });
  const found = await look(options.domains, true, signal);
  const wanted = choose(found, options);
  const treatments: Treatment[] = [];
  const latest = new Map<string | null, Scan>();
  for (const first of wanted) {
    const rescanOf =
      (finding: Finding): Surgery['rescan'] =>
      // What no domain owns is told from what some domain owns: all definitions are read for it, and no guest.
      (inTime) =>
        finding.domain === null
          ? look([], false, inTime)
          : look([finding.domain], true, inTime, qemuAgain(finding, found, options));
    let now = latest.get(first.domain) ?? found;
    let finding = now === found ? first : changed(first, now);
    // A cure may uncover what was behind it (half a detach behind a held netdev): that is cured too.
    for (let layer = 0; finding && layer < LAYERS; layer++) {
      const rescan = rescanOf(finding);
      const treatment = await treat(finding, { options, guests, scan: now, rescan });
      treatments.push(treatment);
      if (signal.aborted || treatment.outcome !== 'done') break;
      now = await rescan(signal);
      latest.set(finding.domain, now);
      const behind = changed(finding, now);
      // What was chosen was chosen for one ghost.
      finding = behind && options.choose === null && isWanted(behind, options) ? behind : null;
    }
    if (apply && signal.aborted) break;
  }
  return {
    schema: 'hotnic.ghosts-clean/1',
    apply,
    exitCode: exitCode(treatments),
    treatments,
    unknown: findingsOf(found).filter(({ verdict }) => verdict.kind === 'unknown').length,
    unreadable: found.unreadable,
  };
}

/** More than this is no row of causes but a circle. */
const LAYERS = 4;

/** The finding as it is after others of its domain were treated; null when it went with them. */
function changed(finding: Finding, now: Scan): Finding | null {
  const later = findAgain(finding, now);
  return later && isGhost(later.verdict.kind) ? later : null;
}

/** A verdict that rests on QEMU's word needs that word again. */
function qemuAgain(finding: Finding, found: Scan, { qemu }: CleanOptions): CleanOptions['qemu'] {
  const before = found.domains.find(({ domain }) => domain === finding.domain);
  const asked = before?.readings.some(({ plane, state }) => plane === 'qemu' && state === 'read');
  return asked ? 'always' : qemu;
}

function choose(found: Scan, { nic, kinds, choose: number }: CleanOptions): readonly Finding[] {
  const named = nic === null ? ghostsOf(found) : [selectFinding(findingsOf(found), nic)];
  const wanted = named.filter((finding) => isWanted(finding, { kinds })).sort(causesFirst);
  if (number !== null && wanted.length > 1)
    throw usageError(
      'choose-which',
      `--choose takes a remedy of one ghost, and ${wanted.length} fit`,
      'name one with --nic',
    );
  return wanted;
}

function isWanted({ verdict: { kind } }: Finding, { kinds }: Pick<CleanOptions, 'kinds'>): boolean {
  return isGhost(kind) && (kinds.length === 0 || kinds.includes(kind));
}

// A kernel that cannot let go enumerates nothing either, and a device that only one of QEMU and libvirt knows is in the
// way of both: these are cured before what follows from them.
const CAUSES: readonly VerdictKind[] = [
  'passthrough-orphan',
  'definition-orphan',
  'unregister-stuck',
  'detach-pending',
  'qemu-orphan',
];

function causesFirst(a: Finding, b: Finding): number {
  const rank = ({ verdict: { kind } }: Finding) =>
    CAUSES.includes(kind) ? CAUSES.indexOf(kind) : CAUSES.length;
  return rank(a) - rank(b);
}

const WORST_FIRST: readonly (readonly [Treatment['outcome'], ExitCode])[] = [
  ['half', EXIT.half],
  ['interrupted', EXIT.interrupted],
  ['failed', EXIT.failed],
  ['left', EXIT.ghosts],
  ['planned', EXIT.ghosts],
  ['pending', EXIT.pending],
];

function exitCode(treatments: readonly Treatment[]): ExitCode {
  const worst = WORST_FIRST.find(([outcome]) => treatments.some((one) => one.outcome === outcome));
  return worst?.[1] ?? EXIT.done;
}
