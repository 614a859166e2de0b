import type { SeenAt } from './evidence-types.js';
import type { GuestProbe } from './probe-types.js';
import type { GuestEvent } from './watch-types.js';

/** When an event was seen. */
export function seenAt(event: GuestEvent): SeenAt {
  return { guestS: event.guestTime, hostMs: event.at, by: event.source };
}

/** When a probe that ended at `atMs` saw something. */
export function seenByProbe(probe: GuestProbe, atMs: number): SeenAt {
  return { guestS: probe.clock.monotonicS, hostMs: atMs, by: 'probe' };
}
