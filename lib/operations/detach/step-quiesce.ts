import { quiesce, unquiesce, type QuiesceUndo } from '../../guest/quiesce.js';
import type { GuestProbe } from '../../guest/probe-types.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Json, Step } from '../../plan/index.js';
import type { GuestSession } from '../guest-session.js';
import type { DetachState } from './state.js';

/**
 * Makes the NIC idle in the guest before it is asked to go: out of its bond or bridge, down. Its addresses, routes and
 * membership are saved first and put back if the NIC stays.
 */
export function quiesceStep(guest: GuestSession, netdev: string, state: DetachState): Step {
  let saved: QuiesceUndo | null = null;
  return {
    name: 'quiesce',
    describe: `in the guest: take ${netdev} out of its bond or bridge and set it down`,
    input: { netdev, before: asProbed(guest.probe, netdev) },
    async run({ signal, save }) {
      saved = await quiesce(guest.channel, guest.probe, netdev, { signal });
      save?.(JSON.parse(JSON.stringify(saved)) as Json);
      return undefined;
    },
    async undo() {
      if (!saved || state.released) return;
      const { failed } = await unquiesce(guest.channel, guest.probe, saved);
      if (failed.length > 0)
        throw new HotnicError(
          'not-restored',
          `${netdev} could not be put back as it was in the guest: ${failed.join('; ')}`,
          {
            next: 'hotnic journal show last has what it was',
          },
        );
    },
  };
}

/**
 * How the netdev stood when the guest was asked, without routes: what is known should the process be killed between
 * the change in the guest and the record of what it was.
 */
function asProbed({ netdevs }: GuestProbe, name: string): Json {
  const netdev = netdevs.find((one) => one.name === name);
  if (!netdev) return null;
  const addresses = netdev.addresses
    .filter(({ scope }) => scope === 'global')
    .map(({ address, prefix }) => [`${address}/${prefix}`]);
  const { ifindex, up, master } = netdev;
  const before: QuiesceUndo = { netdev: name, ifindex, up, master, addresses, routes: [], unsaved: [] };
  return JSON.parse(JSON.stringify(before)) as Json;
}
