import { SAVED, type Json, type PlannedStep } from '../../plan/index.js';
import type { Family } from './family.js';
import { requestOf, stepsOf } from './run-state.js';
import { beginOf } from '../../journal/index.js';

/** How far a step came in all the runs of a family. */
export interface StepHistory {
  readonly step: PlannedStep;
  /** It began, and was not undone again to the end. */
  readonly begun: boolean;
  /** It ended well, and nothing was undone of it since. */
  readonly done: boolean;
  /** What its undo needs; undefined where it was cut off before that was on record: then it had changed nothing. */
  readonly saved: Json | undefined;
}

/** Folds the records of a family: steps keep their names in every run; in a run towards `before` they are undone. */
export function stepHistories({ root, runs }: Family): readonly StepHistory[] {
  const begin = beginOf(root);
  return (begin ? stepsOf(begin) : []).map((step) => {
    let begun = false;
    let done = false;
    let saved: Json | undefined;
    for (const run of runs) {
      const backwards = requestOf(run)?.goal === 'before';
      for (const entry of run.entries) {
        if (!('step' in entry) || entry.step !== step.name) continue;
        const type = backwards ? MIRRORED[entry.type] : entry.type;
        const ok = 'ok' in entry && entry.ok;
        if (type === 'step-begin') begun = true;
        if (type === 'step-end' && ok) done = true;
        if (type === 'undo-begin') done = false;
        if (type === 'undo-end' && ok) {
          begun = false;
          saved = undefined;
        }
        if (entry.type === 'note' && entry.text === SAVED && !backwards)
          saved = saved === undefined ? (entry.data as Json) : saved;
      }
    }
    return { step, begun, done, saved };
  });
}

const MIRRORED: Readonly<Record<string, string>> = {
  'step-begin': 'undo-begin',
  'step-end': 'undo-end',
  'undo-begin': 'step-begin',
};
