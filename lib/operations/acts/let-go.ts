import { AffectFlags, type Domain } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import { PendingError, type StepContext } from '../../plan/index.js';
import { askAndWait } from '../detach/removal-wait.js';
import { slotRules, type SlotKind } from '../detach/slot-rules.js';
import { listenToDevice } from '../shared/device-events.js';
import type { World } from './act.js';
import { readHalf, targetDomain } from './domain-target.js';

/** A device of the running definition that is to go. */
export interface Leaving {
  readonly domain: string;
  readonly uuid: string;
  readonly alias: string;
  readonly slot: SlotKind;
}

/**
 * Asks for the removal within the rules of the slot and waits until the running definition has let go.
 * @throws PendingError when it has not in time; HotnicError `removal-refused` and what libvirt says
 */
export async function letGo(leaving: Leaving, world: World, context: StepContext): Promise<void> {
  const { alias, domain: name, slot } = leaving;
  const domain = await targetDomain(world, leaving);
  const watched = await targetDomain(world, leaving, true);
  const stillThere = () => has(watched, alias);
  if (!(await stillThere())) return;
  await using signs = await listenToDevice(await world.hypervisor.observe(), watched, alias);
  const outcome = await askAndWait({
    ask: () => domain.detachDeviceAlias(alias, AffectFlags.LIVE),
    stillThere,
    onSign: (listener) => signs.on(listener),
    rules: slotRules(slot),
    timeoutMs: world.timeoutMs,
    signal: context.signal,
    progress: context.progress,
    note: (text) => {
      context.note(text);
    },
    what: `DEVICE_REMOVED of ${alias}`,
  }).catch((error: unknown) => {
    throw explainLibvirt(error, `detach ${alias} from ${name}`);
  });
  // A domain that has stopped has no running definition, and nothing in it.
  if (outcome.end === 'removed' || outcome.end === 'domain-stopped') return;
  if (outcome.end === 'refused')
    throw new HotnicError('removal-refused', `the guest of ${name} refused to let ${alias} go`, {
      state: 'nothing was changed',
    });
  if (outcome.end === 'lost' && outcome.asked === 0)
    throw new HotnicError(
      'libvirt-lost',
      `the connection to libvirt was lost before ${alias} was asked to go`,
      {
        state: 'nothing was changed',
      },
    );
  if (outcome.end === 'lost')
    throw new PendingError(
      `the connection to libvirt was lost while ${alias} of ${name} was waited for`,
      `${alias}: asked to go, whether it has is not known`,
      `hotnic ghosts scan ${name}`,
    );
  throw new PendingError(
    `${alias} of ${name} was asked to go and has not gone`,
    `${alias}: asked ${outcome.asked} times, still in the running definition`,
    `hotnic ghosts explain ${name} ${alias}`,
  );
}

/** Whether the running definition has an interface or a hostdev of that alias; a domain that does not run has none. */
async function has(domain: Domain, alias: string): Promise<boolean> {
  if (!(await domain.isActive())) return false;
  const { interfaces, hostdevs } = await readHalf(domain, 'live');
  return [...interfaces, ...hostdevs].some((device) => device.alias === alias);
}
