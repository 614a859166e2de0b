import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { isVfioDriver, type FunctionState } from '../../hypervisor/pci/index.js';
import type { Act, World } from './act.js';
import { giveAway, giveBack } from './function-handover.js';
import { putBack, readFunctionSaved, saveFunction, type FunctionSaved } from './function-saved.js';
import { functionNow, requireUnheld } from './function-target.js';
import { functionField } from './vf-target.js';

const input = z.object({
  function: functionField,
  /** The group that it is expected in; another one means that the machine has changed since it was planned. */
  group: z.int().min(0),
  /** A PF's VFs by number: they go with it. */
  vfs: z.array(functionField).max(4096).default([]),
});
type Input = z.infer<typeof input>;

/** Takes a function from its host's driver and gives it to vfio-pci, after what goes with it was put down. */
export const functionDetach: Act<Input, FunctionSaved> = {
  name: 'function-detach',
  input,
  describe: ({ function: address, group, vfs }) =>
    `take ${address} from its driver and give it to vfio-pci (IOMMU group ${group})${vfs.length === 0 ? '' : `; its ${vfs.length} VFs go with it`}`,
  save: async (one, world, { signal }) =>
    await saveFunction(world, await functionNow(world, one.function, signal), one.vfs, signal),
  async run(one, world, { signal }) {
    const state = await functionNow(world, one.function, signal);
    requireGroup(one, state);
    if (isVfioDriver(state.driver)) return { already: state.driver };
    await requireUnheld(world, one.function, state, signal);
    await giveAway(world, one.function, signal);
    await requireAway(one, world, signal);
    return undefined;
  },
  async undo(one, before, world, context) {
    const known = readFunctionSaved(before);
    if (!known) throw new HotnicError('act-saved', `what was saved of ${one.function} cannot be read`);
    const state = await functionNow(world, one.function, context.signal);
    // It was on vfio-pci before; or it had no driver, and nothing was changed yet.
    if (isVfioDriver(known.driver) || (known.driver === null && state.driver === null)) return;
    await giveBack(world, one.function, context);
    await putBack(world, one.function, known, context);
  },
};

/** Not a `confirm` of the act: of a run that was cut off later, it would ask for what a reattach has taken back. */
async function requireAway(one: Input, world: World, signal: AbortSignal): Promise<void> {
  const state = await functionNow(world, one.function, signal);
  requireGroup(one, state);
  if (isVfioDriver(state.driver)) return;
  const driver = state.driver ?? 'no driver';
  throw new HotnicError('not-detached', `${one.function} is on ${driver}, not on vfio-pci`, {
    next: `dmesg | grep ${one.function}`,
  });
}

function requireGroup({ function: address, group }: Input, state: FunctionState): void {
  if (state.group === group) return;
  throw new HotnicError(
    'group-changed',
    `${address} is in IOMMU group ${state.group ?? 'none'} now, it was in ${group}`,
    { why: 'the machine was changed meanwhile', next: 'hotnic nodedev list' },
  );
}
