import { z } from 'zod';
import type { Act } from './act.js';
import { belongingsFields, putBack } from './function-saved.js';
import { requireSettings } from './function-settings.js';
import { functionField } from './vf-target.js';

const input = z.object({ function: functionField, ...belongingsFields });
type Input = z.infer<typeof input>;

/**
 * Puts back what went with a function when it was given away: of its netdevs name, MAC, MTU, master, link, addresses and
 * routes, of a PF its VFs. Undoing does nothing: all of it goes again when the function is taken away again.
 */
export const functionRestore: Act<Input, null> = {
  name: 'function-restore',
  input,
  describe: ({ function: address, netdevs, vfs }) =>
    `put back ${[...netdevs.map(settingsText), ...(vfs.length === 0 ? [] : [`${vfs.length} VFs`])].join('; ')} of ${address}`,
  async run({ function: address, ...belongings }, world, context) {
    return { restored: [...(await putBack(world, address, belongings, context))] };
  },
  undo: () => Promise.resolve(),
  async confirm({ function: address, netdevs }, world, { signal }) {
    await requireSettings(world, address, netdevs, signal);
  },
};

function settingsText({ name, up, mtu, master, addresses, routes }: Input['netdevs'][number]): string {
  return [
    `${name} ${up ? 'up' : 'down'}`,
    ...(mtu === null ? [] : [`MTU ${mtu}`]),
    ...(master === null ? [] : [`port of ${master}`]),
    ...addresses.map(([address = '']) => address),
    ...(routes.length === 0 ? [] : [`${routes.length} ${routes.length === 1 ? 'route' : 'routes'}`]),
  ].join(', ');
}
