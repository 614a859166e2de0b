import { checkGuest } from '../../guest/check/check-guest.js';
import type { GuestCheck } from '../../guest/check/check-types.js';
import type { InspectTarget } from './inspect.js';

export interface CheckTarget extends InspectTarget {
  /** The NIC that is to go: its name in the guest, MAC or PCI address. */
  readonly nic?: string;
}

/**
 * Connects to a guest and tells whether it is ready for a NIC to come, or for a named one to go.
 * @throws HotnicError `nic-unknown` (exit 2); as the channel and the probe do; the abort reason
 */
export async function checkTarget({ guest, signal, timeoutMs, nic }: CheckTarget): Promise<GuestCheck> {
  await using channel = await guest.open(signal);
  return await checkGuest(channel, {
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(nic === undefined ? {} : { nic }),
  });
}
