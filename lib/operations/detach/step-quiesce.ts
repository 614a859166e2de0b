import { quiesce, unquiesce, type QuiesceUndo } from '../../guest/quiesce.js';
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
    input: { netdev },
    async run({ signal, note }) {
      saved = await quiesce(guest.channel, guest.probe, netdev, { signal });
      note('what it was before', JSON.parse(JSON.stringify(saved)) as Json);
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
