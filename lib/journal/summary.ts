import type { BeginEntry, SettledEntry } from './entry.js';
import { ownerLives } from './owner.js';
import type { JournalRun } from './read.js';

/** One line about a run, for `hotnic journal list`. */
export interface RunSummary {
  readonly id: string;
  readonly startedAt: string | null;
  readonly operation: string;
  readonly subject: string;
  /** How it ended; `open` when no end was recorded, `unknown` when a newer hotnic wrote it. */
  readonly outcome: string;
  /** For an open run: whether the process that began it is still there. */
  readonly running: boolean;
  readonly damaged: boolean;
  /** The format of a newer hotnic; null for those that this one reads. */
  readonly newer: string | null;
  /** What another run made of it later. */
  readonly settled: { readonly how: SettledEntry['how']; readonly by: string | null } | null;
}

/** The one-line view of a run. */
export function summarize(run: JournalRun): RunSummary {
  const begin = beginOf(run);
  const end = run.entries.findLast((entry) => entry.type === 'run-end');
  const settled = settledOf(run);
  const outcome = end?.type === 'run-end' ? end.outcome : run.newer === null ? 'open' : 'unknown';
  return {
    id: run.id,
    startedAt: begin?.at ?? null,
    operation: begin?.operation ?? 'unknown',
    subject: begin?.subject ?? 'unknown',
    outcome,
    running: outcome === 'open' && settled === null && begin !== null && ownerLives(begin),
    damaged: run.damage.length > 0,
    newer: run.newer,
    settled: settled === null ? null : { how: settled.how, by: settled.by },
  };
}

/** The run's first record; null where it cannot be read. */
export function beginOf({ entries }: JournalRun): BeginEntry | null {
  return entries.find((entry) => entry.type === 'run-begin') ?? null;
}

/** What another run made of it; null where none did. */
export function settledOf({ entries }: JournalRun): SettledEntry | null {
  return entries.findLast((entry) => entry.type === 'settled') ?? null;
}
