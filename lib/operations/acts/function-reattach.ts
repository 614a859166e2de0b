import { z } from 'zod';
import { isVfioDriver } from '../../hypervisor/pci/index.js';
import type { Act } from './act.js';
import { giveAway, giveBack } from './function-handover.js';
import { awaitHome, functionNow, requireUnheld } from './function-target.js';
import { functionField } from './vf-target.js';

const input = z.object({
  function: functionField,
  /** A driver of a NIC makes a netdev: it is waited for. */
  netdev: z.boolean().default(true),
});
type Input = z.infer<typeof input>;
type Saved = { readonly driver: string | null };

/** Gives a function back to its host's driver; one that is on it already is left alone. */
export const functionReattach: Act<Input, Saved> = {
  name: 'function-reattach',
  input,
  describe: ({ function: address, netdev }) =>
    `give ${address} back to its host's driver, and wait for that${netdev ? ' and its netdev' : ''}`,
  async save({ function: address }, world, { signal }) {
    return { driver: (await functionNow(world, address, signal)).driver };
  },
  async run({ function: address, netdev }, world, context) {
    const already = await giveBack(world, address, context);
    const state = await awaitHome(world, address, { netdev }, context);
    return { driver: state.driver, netdevs: [...state.netdevs], ...(already ? { already: 'there' } : {}) };
  },
  async undo({ function: address }, before, world, { signal }) {
    const state = await functionNow(world, address, signal);
    // One that had no driver keeps the one that it has got: nobody wishes for a function without one.
    if (!isVfioDriver(before.driver) || isVfioDriver(state.driver)) return;
    await requireUnheld(world, address, state, signal);
    await giveAway(world, address, signal);
  },
  async confirm(one, world, context) {
    await awaitHome(world, one.function, one, context);
  },
};
