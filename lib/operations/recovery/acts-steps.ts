import { HotnicError } from '../../errors/hotnic-error.js';
import type { PlannedStep, Step } from '../../plan/index.js';
import type { World } from '../acts/act.js';
import { actStep, type ActStep } from '../acts/act-step.js';
import { stepHistories, type StepHistory } from './acts-history.js';
import type { Family } from './family.js';

/**
 * The steps that finish a plan of acts, or take it back. Finishing: what ended well is only confirmed, the rest runs.
 * Taking back: what had begun is undone in reverse. `chosen` takes some of the run's steps, by their place in its plan.
 * @throws HotnicError `act-unknown`, `act-input`, `not-undoable`
 */
export function actsRecoverySteps(
  family: Family,
  goal: 'after' | 'before',
  world: World,
  chosen: (step: PlannedStep, index: number) => boolean = () => true,
): readonly Step[] {
  // What is no act only reads.
  const histories = stepHistories(family).filter(
    ({ step }, index) => step.act !== undefined && chosen(step, index),
  );
  return goal === 'after'
    ? histories.map((history) => finishing(history, world))
    : [...histories].reverse().flatMap((history) => takingBack(history, world));
}

function finishing(history: StepHistory, world: World): Step {
  const { step, done } = history;
  const made = { ...stepOf(history, world), name: step.name };
  if (!done) return made;
  return {
    name: step.name,
    describe: `${step.describe}: done before, read again`,
    ...(step.act === undefined ? {} : { act: step.act }),
    ...(step.input === undefined ? {} : { input: step.input }),
    changes: false,
    run: async (context) => {
      await made.confirm?.(context);
      return { done: 'before' };
    },
  };
}

function takingBack(history: StepHistory, world: World): readonly Step[] {
  const { step, begun, saved } = history;
  if (!begun || !step.changes) return [];
  const made = stepOf(history, world);
  const { undo } = made;
  if (!undo)
    throw new HotnicError('not-undoable', `${step.describe}: that cannot be taken back`, {
      state: 'nothing was changed',
      next: 'hotnic journal resume finishes the run',
    });
  // Cut off before it was on record how things were: the act had not run.
  if (made.saves && saved === undefined) return [];
  return [
    {
      name: step.name,
      describe: `take back: ${step.describe}`,
      ...(step.act === undefined ? {} : { act: step.act }),
      ...(step.input === undefined ? {} : { input: step.input }),
      // What is taken back is taken back: half of it undone would be neither side.
      onInterrupt: 'finish',
      run: async (context) => {
        await undo(context);
        return undefined;
      },
    },
  ];
}

function stepOf({ step, saved }: StepHistory, world: World): ActStep {
  return actStep({ act: step.act ?? '', input: step.input ?? null }, world, saved);
}
