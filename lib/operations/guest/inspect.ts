import { inspectGuest } from '../../guest/inspect/inspect-guest.js';
import type { GuestInspection } from '../../guest/inspect/inspect-types.js';
import type { GuestAccess } from '../guest-session.js';

export interface InspectTarget {
  readonly guest: GuestAccess;
  readonly signal: AbortSignal;
  /** Milliseconds until the guest is given up on, once it is connected. Default 30,000. */
  readonly timeoutMs?: number;
}

/**
 * Connects to a guest and looks at its NICs, drivers, platform and configuration systems, in one round trip beyond the
 * connection. Needs no hypervisor: any Linux machine that SSH reaches will do.
 * @throws HotnicError as the channel and the probe do; the abort reason
 */
export async function inspectTarget({ guest, signal, timeoutMs }: InspectTarget): Promise<GuestInspection> {
  await using channel = await guest.open(signal);
  return await inspectGuest(channel, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}
