import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { PendingError, type Json, type Plan, type Step, type StepContext } from '../../plan/index.js';
import { actStep } from '../acts/act-step.js';
import type { World } from '../acts/act.js';
import { cureOf, type Finders } from './cures.js';
import { nameFinding } from './findings.js';
import { isGhost } from './ghost.js';
import type { Remedy } from './remedy.js';
import { findAgain } from './same-nic.js';
import type { Finding, Scan } from './scan-types.js';

/** What a plan needs beside the remedy. */
export interface CleanPlanParts {
  readonly finding: Finding;
  readonly remedy: Remedy;
  /** The planes of the finding's domain that had been read when it was found. */
  readonly planesRead: readonly string[];
  /** Reads the same planes again. */
  readonly rescan: (signal: AbortSignal) => Promise<Scan>;
  readonly world: World;
  /** What another process needs to finish or undo the run. */
  readonly request: Json;
  /** Who knows the cures; undefined: hotnic's own. */
  readonly finders: Finders | undefined;
}

/** Thrown by the first step when the verdict does not hold any more: nothing has been done then. */
export class NoLongerHolds extends Error {
  override readonly name = 'NoLongerHolds';
}

/** Makes the plan that applies a remedy: is the verdict still true, the acts, is it cured. */
export function cleanPlan(parts: CleanPlanParts): Plan {
  const { finding, remedy, world } = parts;
  return {
    title: `${remedy.title} (${finding.verdict.kind}, ${nameFinding(finding)})`,
    operation: 'clean',
    subject: finding.domain ?? 'host',
    request: parts.request,
    steps: [stillHolds(parts), ...remedy.acts.map((planned) => actStep(planned, world)), cured(parts)],
  };
}

function stillHolds(parts: CleanPlanParts): Step {
  const { finding, remedy, rescan, finders } = parts;
  return {
    name: 'still-holds',
    describe: `read the planes again: go on only if it is still ${finding.verdict.kind}`,
    changes: false,
    async run({ signal }) {
      const later = await rescan(signal);
      refuseUnread(parts, later);
      const now = findAgain(finding, later);
      if (now?.verdict.kind !== finding.verdict.kind)
        throw new NoLongerHolds(
          `${nameFinding(finding)} is ${now ? now.verdict.kind : 'in no plane'} now, no longer ${finding.verdict.kind}`,
        );
      const acts = JSON.stringify(remedy.acts);
      if (!cureOf(now, later, finders).remedies.some((other) => JSON.stringify(other.acts) === acts))
        throw new NoLongerHolds(
          `${nameFinding(finding)} is still ${finding.verdict.kind}, but not as it was when this was planned`,
        );
      return { verdict: now.verdict.kind, evidence: now.verdict.evidence };
    },
  };
}

/** Without all of the evidence nobody can say that the verdict still holds. */
function refuseUnread(parts: CleanPlanParts, later: Scan): void {
  const unread = unreadPlanes(parts, later);
  if (unread.length === 0) return;
  throw new HotnicError(
    'planes-unreadable',
    `${nameFinding(parts.finding)}: ${unread.join(', ')} could be read when this was planned, and cannot be now`,
    { state: 'nothing was changed', next: 'hotnic ghosts scan, once the guest answers' },
  );
}

function cured(parts: CleanPlanParts): Step {
  const { finding, remedy } = parts;
  return {
    name: 'cured',
    describe:
      remedy.pendingUntil === undefined
        ? `read the planes again: ${finding.verdict.kind} has to be gone`
        : `read the planes again: what is left is pending until ${remedy.pendingUntil}`,
    changes: false,
    async run(context) {
      const now = await awaitCure(parts, context);
      return {
        verdict: now?.verdict.kind ?? 'gone',
        summary: now?.verdict.summary ?? 'in no plane any more',
      };
    },
  };
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2000;

/** Reads until the verdict has gone. Planes follow an act after moments: a guest enumerates, a kernel unregisters. */
async function awaitCure(parts: CleanPlanParts, context: StepContext): Promise<Finding | null> {
  const { finding, remedy, world } = parts;
  const since = Date.now();
  const until = since + world.timeoutMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const later = await parts.rescan(context.signal);
    const now = findAgain(finding, later);
    const unread = unreadPlanes(parts, later);
    const kind = now?.verdict.kind ?? 'healthy';
    if (kind !== finding.verdict.kind && unread.length === 0) return now;
    if (remedy.pendingUntil !== undefined)
      throw new PendingError(
        `${remedy.title} is done; ${finding.verdict.kind} stays until ${remedy.pendingUntil}`,
        `${nameFinding(finding)}: until ${remedy.pendingUntil}`,
      );
    if (Date.now() + pause > until) throw notCured(parts, now, unread);
    context.progress.waiting(`${nameFinding(finding)} to be no longer ${finding.verdict.kind}`, since, until);
    await sleep(pause, undefined, { signal: context.signal });
  }
}

function unreadPlanes({ finding, planesRead }: CleanPlanParts, later: Scan): readonly string[] {
  if (finding.domain === null) return later.host.state === 'read' ? [] : ['the host'];
  const domain = later.domains.find((one) => one.domain === finding.domain);
  return planesRead.filter(
    (plane) =>
      domain?.readings.some((reading) => reading.plane === plane && reading.state === 'unreadable') === true,
  );
}

function notCured(
  { finding, remedy }: CleanPlanParts,
  now: Finding | null,
  unread: readonly string[],
): Error {
  if (unread.length > 0 && now?.verdict.kind !== finding.verdict.kind)
    return new PendingError(
      `${remedy.title} is done, and not proved: ${unread.join(', ')} cannot be read now`,
      `${nameFinding(finding)}: ${unread.join(', ')} could be read before`,
      'hotnic ghosts scan, once the guest answers',
    );
  return new HotnicError(
    'not-cured',
    `${nameFinding(finding)} is still ${finding.verdict.kind} after: ${remedy.title}`,
    {
      seen: now?.verdict.summary ?? '',
      state: isGhost(finding.verdict.kind) ? 'the ghost is still there' : 'nothing is wrong with it',
    },
  );
}
