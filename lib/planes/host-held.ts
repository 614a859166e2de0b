import type { Channel } from '../channel/channel.js';
import { findHolders, macvtapDevice, type Holder, type HostLink } from '../hypervisor/host/index.js';

/** Whether a process holds a device of the host. `unknown` is never taken for "nobody". */
export interface Held {
  readonly state: 'free' | 'held' | 'unknown';
  readonly holders: readonly Holder[];
  /** Why it is not known. */
  readonly why: string | null;
}

/** Nobody can hold what the kernel does not have. */
export const NOT_HELD: Held = { state: 'free', holders: [], why: null };

/** Looks for the processes that hold taps and macvtaps; all of them in one walk over /proc. */
export async function heldOf(
  host: Channel,
  links: readonly HostLink[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Held>> {
  const named = await Promise.all(
    links.map(async (link) => ({ link, holds: await nameToHold(host, link, signal) })),
  );
  const { holders, complete } = await findHolders(
    host,
    {
      taps: named.flatMap(({ link, holds }) => (link.tun ? (holds ?? []) : [])),
      devices: named.flatMap(({ link, holds }) => (link.tun ? [] : (holds ?? []))),
    },
    { signal },
  );
  return new Map(
    named.map(({ link, holds }) => {
      const own = holders.filter((holder) => holder.holds === holds);
      return [link.name, judgeHeld(link, own, complete)];
    }),
  );
}

/**
 * Two proofs together: what /proc shows, and the tap's carrier, which the kernel takes away with the last process that
 * lets go (drivers/net/tun.c). Pure.
 */
export function judgeHeld(link: HostLink, holders: readonly Holder[], complete: boolean): Held {
  const tap = link.tun !== null;
  // In another network namespace a tap may have the same name. This one has a holder only if it has a carrier.
  const here = holders.filter(({ sameNamespace }) => sameNamespace || !tap || link.carrier !== false);
  if (here.length > 0) return { state: 'held', holders: here, why: null };
  if (tap && link.carrier === true)
    return unknown('it has a carrier, so a process holds it, and /proc does not show which');
  // A tap that is up and has no carrier is held by nobody, whoever could be looked at.
  if (!complete && !(tap && link.carrier === false))
    return unknown('not every process of the hypervisor may be looked at: run hotnic as root');
  return NOT_HELD;
}

function unknown(why: string): Held {
  return { state: 'unknown', holders: [], why };
}

/** What a holder's descriptor names: the tap, or the number of the macvtap's character device. */
async function nameToHold(host: Channel, link: HostLink, signal?: AbortSignal): Promise<string | null> {
  if (link.tun) return link.name;
  return link.kind === 'macvtap' ? await macvtapDevice(host, link.name, link.ifindex, signal) : null;
}
