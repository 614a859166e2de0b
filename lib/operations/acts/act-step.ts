import { HotnicError } from '../../errors/hotnic-error.js';
import type { Json, Step } from '../../plan/index.js';
import type { PlannedAct, World } from './act.js';
import { actNamed } from './index.js';

/** A step made of an act. */
export interface ActStep extends Step {
  /** It reads and records what its undo needs, before it runs. */
  readonly saves: boolean;
}

/**
 * Makes the step of a plan from a planned act. What `save` reads is written into the journal before the act runs; the
 * act of a run that was cut off brings along what was saved then (`savedBefore`), because by now its `save` might read
 * what it had changed itself.
 * @throws HotnicError `act-unknown`, `act-input`
 */
export function actStep(planned: PlannedAct, world: World, savedBefore?: Json): ActStep {
  const act = actNamed(planned.act);
  if (!act) throw new HotnicError('act-unknown', `this hotnic has no act named ${planned.act}`);
  const checked = act.input.safeParse(planned.input);
  if (!checked.success)
    throw new HotnicError(
      'act-input',
      `the input of ${act.name} is not what it takes: ${checked.error.message}`,
    );
  const input = checked.data;
  let saved: Json | undefined = savedBefore;
  return {
    name: act.name,
    act: act.name,
    describe: act.describe(input),
    input: planned.input,
    saves: act.save !== undefined,
    async run(context) {
      if (act.save) {
        if (saved === undefined) saved = await act.save(input, world, context);
        context.save?.(saved);
      }
      return await act.run(input, world, context);
    },
    ...(act.undo
      ? {
          undo: async (context) => {
            // It was stopped before it had read what its undo needs, and so before it changed anything.
            if (act.save && saved === undefined) return;
            await act.undo?.(input, saved ?? null, world, context);
          },
        }
      : {}),
    ...(act.confirm
      ? { confirm: (context) => act.confirm?.(input, world, context) ?? Promise.resolve() }
      : {}),
  };
}
