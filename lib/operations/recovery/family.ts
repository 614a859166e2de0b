import { HotnicError } from '../../errors/hotnic-error.js';
import { listRuns, readRun, settledOf, settleRun, type JournalRun } from '../../journal/index.js';
import { openRuns } from './half-done.js';
import type { RunRequest } from './request.js';
import { requestOf, stateOfRun } from './run-state.js';

/** A run with those that tried to finish it or to take it back: they are one story, and are settled together. */
export interface Family {
  /** The run that was named. */
  readonly named: JournalRun;
  /** The run that began it all. */
  readonly root: JournalRun;
  /** All of them, oldest first. */
  readonly runs: readonly JournalRun[];
  /** What the root was asked for. */
  readonly request: RunRequest;
}

/**
 * Reads a run and its family.
 * @throws HotnicError `run-not-found`, `journal-newer`, `journal-damaged`, `run-not-recoverable`
 */
export async function familyOf(stateDir: string, id: string): Promise<Family> {
  const named = await readSound(stateDir, id);
  const rootId = requestOf(named)?.root ?? id;
  const root = rootId === id ? named : await readSound(stateDir, rootId);
  const request = requestOf(root);
  if (!request)
    throw new HotnicError('run-not-recoverable', `the record of ${id} does not say what would be needed`, {
      why: 'it was written by an older hotnic, or its plan cannot be made again',
      state: 'nothing was changed',
      next: `hotnic journal show ${id}; hotnic list shows how things stand`,
    });
  const later = (await listRuns(stateDir)).filter((other) => other > rootId);
  const runs = [root];
  for (const other of later) {
    const run = await readRun(stateDir, other);
    if (requestOf(run)?.root === rootId) runs.push(run);
  }
  return { named, root, runs, request };
}

/** Closes every run of a family that is not settled, in the name of the run that dealt with it. */
export async function settleFamily(
  stateDir: string,
  { root, named }: Family,
  settled: { readonly how: 'resumed' | 'undone'; readonly by: string; readonly text: string },
): Promise<void> {
  const open = (await openRuns(stateDir)).filter(
    (run) =>
      run.id !== settled.by &&
      (run.id === root.id || requestOf(run)?.root === root.id) &&
      stateOfRun(run) !== 'running',
  );
  // Those that had an end are not open any more, and are told of it all the same.
  const ids = new Set([...open.map(({ id }) => id), root.id, named.id]);
  for (const id of ids) {
    const run = await readRun(stateDir, id);
    if (settledOf(run)?.how !== settled.how || run.file !== 'closed') await settleRun(stateDir, id, settled);
  }
}

/** A line that a crash cut short takes nothing from the others; anything else may have been tampered with. */
async function readSound(stateDir: string, id: string): Promise<JournalRun> {
  const run = await readRun(stateDir, id);
  if (run.newer !== null)
    throw new HotnicError('journal-newer', `${id} was written by a newer hotnic (${run.newer})`, {
      state: 'nothing was changed',
      next: 'use that hotnic',
    });
  const damage = run.damage.filter((text) => !text.endsWith('cut short'));
  if (damage.length > 0)
    throw new HotnicError('journal-damaged', `the record of ${id} is damaged: ${damage.join('; ')}`, {
      why: 'what it says may not be what was done',
      state: 'nothing was changed',
      next: `hotnic journal show ${id}; hotnic list shows how things stand`,
    });
  return run;
}
