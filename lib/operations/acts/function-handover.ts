import type { PciAddress } from '../../nic/pci-address.js';
import type { StepContext } from '../../plan/index.js';
import type { World } from './act.js';
import { askNodeDevice, functionNow, isHome, requireUnheld } from './function-target.js';

/** Asks libvirt to take a function from its driver and to give it to vfio-pci. */
export async function giveAway(world: World, address: PciAddress, signal: AbortSignal): Promise<void> {
  await askNodeDevice(
    world,
    address,
    'detach',
    (device, options) => device.detachFlags(null, 0, options),
    signal,
  );
}

/**
 * Asks libvirt to give a function back, unless it is on its host's driver: there libvirt would take it off and bind it
 * anew, and its link and addresses were gone.
 * @returns true when there was nothing to do
 * @throws HotnicError `function-held` before libvirt is asked: with a holder it would hang
 */
export async function giveBack(
  world: World,
  address: PciAddress,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<boolean> {
  const state = await functionNow(world, address, signal);
  if (isHome(state)) return true;
  await requireUnheld(world, address, state, signal);
  await askNodeDevice(world, address, 'reattach', (device, options) => device.reAttach(options), signal);
  return false;
}
