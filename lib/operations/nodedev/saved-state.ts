import { beginOf, listRuns, readRun, settledOf, type JournalRun } from '../../journal/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { SAVED } from '../../plan/index.js';
import { readFunctionSaved, type FunctionSaved } from '../acts/function-saved.js';
import { stepsOf } from '../recovery/run-state.js';

// Reading a run takes about a millisecond; who gave a function away so long ago has other records of it.
const MOST_RUNS = 1000;

/**
 * How a function stood when it was last given away by a run whose effect still lasts: null when there is none in the
 * journal, or when a later run has given it back.
 */
export async function savedOf(stateDir: string, address: PciAddress): Promise<FunctionSaved | null> {
  const runs = (await listRuns(stateDir)).slice(-MOST_RUNS);
  for (const id of runs.reverse()) {
    const told = whatBecameOf(await readRun(stateDir, id), address);
    if (told !== 'nothing') return told === 'home' ? null : told;
  }
  return null;
}

/** What one run says: how the function stood before it gave it away, that it brought it home, or nothing. */
export function whatBecameOf(run: JournalRun, address: PciAddress): FunctionSaved | 'home' | 'nothing' {
  const begin = beginOf(run);
  if (!begin) return 'nothing';
  const own = new Map(
    stepsOf(begin).flatMap(({ name, act, input }) =>
      act?.startsWith('function-') === true && functionIn(input) === address ? [[name, act] as const] : [],
    ),
  );
  if (own.size === 0) return 'nothing';
  let saved: FunctionSaved | null = null;
  let away = false;
  let home = false;
  for (const entry of run.entries) {
    const act = 'step' in entry && entry.step !== undefined ? own.get(entry.step) : undefined;
    if (act === undefined) continue;
    if (act === 'function-detach' && entry.type === 'note' && entry.text === SAVED) {
      saved = readFunctionSaved(entry.data);
      away = true;
    }
    const ok = 'ok' in entry && entry.ok;
    if (act === 'function-detach' && entry.type === 'undo-end' && ok) away = false;
    if (act === 'function-reattach' && entry.type === 'step-end') home = ok;
    if (act === 'function-reattach' && entry.type === 'undo-end' && ok) home = false;
  }
  if ((home && ended(run)) || settledOf(run)?.how === 'undone') return 'home';
  // One that was on vfio-pci already had nothing to save: an earlier run may know more.
  return away && saved !== null && (saved.netdevs.length > 0 || saved.vfs.length > 0) ? saved : 'nothing';
}

function ended(run: JournalRun): boolean {
  return run.entries.some((entry) => entry.type === 'run-end' && entry.outcome === 'done');
}

function functionIn(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'function' in input ? input.function : null;
}
