import type { InspectedNic } from '../inspect/inspect-types.js';
import type { Finding } from '../readiness.js';
import type { GuestInspection } from '../inspect/inspect-types.js';

/** What a finding is about. */
export type CheckTopic =
  | 'hot-plug'
  | 'slots'
  | 'windows'
  | 'drivers'
  | 'udev'
  | 'cloud-init'
  | 'kernel-log'
  | 'sockets'
  | 'configuration'
  | 'files'
  | 'rights'
  | 'platform';

export interface CheckFinding extends Finding {
  readonly topic: CheckTopic;
}

/** Would the guest notice a NIC that is put in now, and let go of one that is taken out? */
export interface GuestCheck {
  /** Null when the guest does not show enough to tell. */
  readonly ready: boolean | null;
  /** Which driver of the guest's kernel serves its slots; `bus` where NICs need none (vmbus, xenbus). */
  readonly kind: 'native' | 'acpi' | 'bus' | 'none' | 'unknown';
  readonly findings: readonly CheckFinding[];
  readonly inspection: GuestInspection;
  /** The NIC that was asked about; null when none was. */
  readonly nic: InspectedNic | null;
}
