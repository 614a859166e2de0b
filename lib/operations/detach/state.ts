import type { GuestSession } from '../guest-session.js';
import type { DeviceSigns } from '../shared/device-events.js';
import type { GuestWatch } from '../../guest/watch-types.js';

/** What the steps of one detach hand to each other. */
export interface DetachState {
  guest: GuestSession | null;
  watch: GuestWatch | null;
  signs: DeviceSigns | null;
  /** The running definition has let go: there is nothing in the guest to put back any more. */
  released: boolean;
  warnings: string[];
  proof: DetachProof;
}

/** The proof that a NIC is gone, plane by plane; null is what was not asked for, or not seen yet. */
export interface DetachProof {
  /** When DEVICE_REMOVED arrived, ms since the epoch. */
  deviceRemovedAt: number | null;
  live: 'gone' | 'there' | null;
  config: 'gone' | 'there' | null;
  guest: 'gone' | 'there' | 'not-asked' | null;
  /** The guest's remove event on this machine's clock, ms since the epoch. */
  guestRemovedAt: number | null;
  /** The error of that time, in ms: half of what the probe's round trip left open. */
  clockErrorMs: number | null;
  /** How often libvirt was asked. */
  asked: number;
  /** When everything was proved, ms since the epoch. */
  provedAt: number | null;
}

/** A state in which nothing has happened yet. */
export function freshDetachState(): DetachState {
  return {
    guest: null,
    watch: null,
    signs: null,
    released: false,
    warnings: [],
    proof: {
      deviceRemovedAt: null,
      live: null,
      config: null,
      guest: null,
      guestRemovedAt: null,
      clockErrorMs: null,
      asked: 0,
      provedAt: null,
    },
  };
}
