import { isHotnicError } from '../../errors/hotnic-error.js';
import { beginOf, listRuns, readRun, settledOf } from '../../journal/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { readFunctionSaved, type FunctionSaved } from '../acts/function-saved.js';
import { stepHistories } from '../recovery/acts-history.js';
import { familyOf, type Family } from '../recovery/family.js';
import { stepsOf } from '../recovery/run-state.js';

// Reading a run takes about a millisecond; who gave a function away so long ago has other records of it.
const MOST_RUNS = 1000;

/**
 * How a function stood when it was last given away by a run whose effect still lasts: null when there is none in the
 * journal, when a later run has given it back, or when the record of the last one is damaged.
 */
export async function savedOf(stateDir: string, address: PciAddress): Promise<FunctionSaved | null> {
  const runs = (await listRuns(stateDir)).slice(-MOST_RUNS);
  for (const id of runs.reverse()) {
    const begin = beginOf(await readRun(stateDir, id));
    const isOwn = ({ act, input }: { readonly act?: string; readonly input?: unknown }) =>
      act?.startsWith('function-') === true && functionIn(input) === address;
    if (!begin || !stepsOf(begin).some(isOwn)) continue;
    try {
      const told = whatBecameOf(await familyOf(stateDir, id), isOwn);
      if (told !== 'nothing') return told === 'home' ? null : told;
    } catch (error) {
      if (isHotnicError(error)) return null;
      throw error;
    }
  }
  return null;
}

/** What a run says, with those that finished it or took it back: how the function stood, that it is home, or nothing. */
function whatBecameOf(
  family: Family,
  isOwn: (step: { readonly act?: string; readonly input?: unknown }) => boolean,
): FunctionSaved | 'home' | 'nothing' {
  const own = stepHistories(family).filter(({ step }) => isOwn(step));
  const last = (act: string) => own.findLast(({ step }) => step.act === act);
  const [detach, reattach, restore] = ['function-detach', 'function-reattach', 'function-restore'].map(last);
  if (reattach?.done === true && restore?.done !== false) return 'home';
  // What had given it away was taken back. A reattach that was taken back says nothing: it is away as before it.
  if (detach !== undefined && settledOf(family.root)?.how === 'undone') return 'home';
  const saved = detach?.begun === true ? readFunctionSaved(detach.saved) : null;
  // One that was on vfio-pci already had nothing to save: an earlier run may know more.
  return saved !== null && (saved.netdevs.length > 0 || saved.vfs.length > 0) ? saved : 'nothing';
}

function functionIn(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'function' in input ? input.function : null;
}
