import { HotnicError } from '../../errors/hotnic-error.js';
import type { Json, Step } from '../../plan/index.js';
import type { PlannedAct, World } from './act.js';
import { actNamed } from './index.js';

/**
 * Makes the step of a plan from a planned act. What `save` reads is written into the journal before the act runs.
 * @throws HotnicError `act-unknown`, `act-input`
 */
export function actStep(planned: PlannedAct, world: World): Step {
  const act = actNamed(planned.act);
  if (!act) throw new HotnicError('act-unknown', `this hotnic has no act named ${planned.act}`);
  const checked = act.input.safeParse(planned.input);
  if (!checked.success)
    throw new HotnicError(
      'act-input',
      `the input of ${act.name} is not what it takes: ${checked.error.message}`,
    );
  const input = checked.data;
  let saved: Json = null;
  return {
    name: act.name,
    describe: act.describe(input),
    input: planned.input,
    async run(context) {
      if (act.save) {
        saved = await act.save(input, world, context);
        context.note('saved', saved);
      }
      return await act.run(input, world, context);
    },
    ...(act.undo ? { undo: (context) => act.undo?.(input, saved, world, context) ?? Promise.resolve() } : {}),
    ...(act.confirm
      ? { confirm: (context) => act.confirm?.(input, world, context) ?? Promise.resolve() }
      : {}),
  };
}
