import type { GuestProbe, UnregisterWait } from './probe-types.js';

// The kernel repeats "unregister_netdevice: waiting for X" every netdev_unregister_timeout_secs, 10 s unless somebody
// changed it (net/core/dev.c, netdev_wait_allrefs_any); half as much again for a guest under load.
const REPEATED_WITHIN_S = 15;

/**
 * The netdevs that the guest's kernel waits for now. A line that has not been repeated is history: the netdev went in
 * the end. A line without a time is taken as current, because nothing shows that it is not.
 */
export function currentUnregisterWaits(probe: GuestProbe): readonly UnregisterWait[] {
  return probe.kernelLog.unregisterWaits.filter(({ netdev, timeS }) => {
    const named = probe.netdevs.some(({ name }) => name === netdev);
    return !named && (timeS === null || probe.clock.uptimeS - timeS < REPEATED_WITHIN_S);
  });
}
