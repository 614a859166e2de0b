import { beginOf, ownerLives, settledOf, type BeginEntry, type JournalRun } from '../../journal/index.js';
import type { PlannedStep } from '../../plan/index.js';
import { request, type RunRequest } from './request.js';

/**
 * How a run stands. `running`: its process is there. `ended`: its end is recorded. `settled`: a later run has dealt with
 * it. `cut-off-before`: it was cut off, and no change had begun, or all was undone or done. `half-done`: it was cut off
 * with a change begun.
 */
export type RunState = 'running' | 'ended' | 'settled' | 'cut-off-before' | 'half-done';

/** How a run stands, from its file alone. A run of a format without that knowledge counts as ended. */
export function stateOfRun(run: JournalRun): RunState {
  if (settledOf(run)) return 'settled';
  if (run.newer !== null || run.entries.some(({ type }) => type === 'run-end')) return 'ended';
  const begin = beginOf(run);
  // Not even the first line got to disk: nothing can have begun.
  if (!begin) return run.file === 'open' ? 'cut-off-before' : 'ended';
  if (run.file !== 'open') return 'ended';
  if (ownerLives(begin)) return 'running';
  return changesBegun(run).length > 0 ? 'half-done' : 'cut-off-before';
}

/** What the run was asked for; null where its record does not say it, or not in a form that is known. */
export function requestOf(run: JournalRun): RunRequest | null {
  const parsed = request.safeParse(beginOf(run)?.request);
  return parsed.success ? parsed.data : null;
}

/** The steps of a run as it planned them. */
export function stepsOf({ steps }: BeginEntry): readonly PlannedStep[] {
  return steps.map((step) =>
    typeof step === 'string'
      ? { name: step, describe: step, changes: true }
      : {
          name: step.name,
          describe: step.describe,
          changes: step.changes,
          ...(step.act === undefined ? {} : { act: step.act }),
          ...(step.input === undefined ? {} : { input: step.input as NonNullable<PlannedStep['input']> }),
        },
  );
}

/** Names of the steps that change something, have begun, and are neither undone again nor part of a run that was through. */
export function changesBegun(run: JournalRun): readonly string[] {
  const begin = beginOf(run);
  if (!begin) return [];
  const steps = stepsOf(begin);
  const begun = new Set<string>();
  const done = new Set<string>();
  for (const entry of run.entries) {
    if (entry.type === 'step-begin') begun.add(entry.step);
    if (entry.type === 'step-end' && entry.ok) done.add(entry.step);
    if (entry.type === 'undo-begin') done.delete(entry.step);
    if (entry.type === 'undo-end' && entry.ok) begun.delete(entry.step);
  }
  if (steps.length > 0 && steps.every(({ name }) => done.has(name))) return [];
  // In a plan of acts, what is no act only reads.
  const onlyActs = requestOf(run)?.kind === 'acts';
  return steps
    .filter(({ name, changes, act }) => changes && begun.has(name) && !(onlyActs && act === undefined))
    .map(({ name }) => name);
}
