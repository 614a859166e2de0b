import { beginOf, listRuns, readRun } from '../../journal/index.js';
import type { VfPlace } from '../../hypervisor/pci/index.js';
import { readVfSaved, type VfSaved } from '../acts/vf-set.js';
import { stepHistories } from '../recovery/acts-history.js';
import { familyOf } from '../recovery/family.js';
import { requestOf, stepsOf } from '../recovery/run-state.js';

/** A VF's row as it was before a domain got it, and the run that kept it. */
export interface SavedVf extends VfSaved {
  readonly run: string;
}

// Each is read in a millisecond or less; a VF that was attached longer ago than that is not remembered.
const MOST_RUNS = 2_000;

/**
 * Looks in the journal for the run that last gave this VF to this domain. Null where it was not hotnic who did, where its
 * row has been put back since, or the host was started anew: nothing is known then of how it was.
 */
export async function savedVf(
  stateDir: string,
  place: VfPlace,
  uuid: string,
  boot: string,
): Promise<SavedVf | null> {
  const ids = [...(await listRuns(stateDir))].reverse().slice(0, MOST_RUNS);
  for (const id of ids) {
    const run = await readRun(stateDir, id);
    const begin = beginOf(run);
    const about = (input: unknown) => isAbout(input, place);
    if (requestOf(run)?.domain?.uuid !== uuid || !begin || !stepsOf(begin).some(({ input }) => about(input)))
      continue;
    // One that finished another, or took it back, has the rest of the story there.
    const own = stepHistories(await familyOf(stateDir, id)).findLast(
      ({ step, begun }) => begun && about(step.input),
    );
    // It never came to the VF, or took back what it had done: what was before it still counts.
    if (own === undefined) continue;
    const saved = own.step.act === 'vf-set' ? readVfSaved(own.saved) : null;
    return saved?.boot === boot ? { ...saved, run: id } : null;
  }
  return null;
}

function isAbout(input: unknown, { vf, pf, index }: VfPlace): boolean {
  if (typeof input !== 'object' || input === null) return false;
  const one = input as Readonly<Record<string, unknown>>;
  return one['vf'] === vf && one['pf'] === pf && one['index'] === index;
}
