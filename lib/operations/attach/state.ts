import type { ArrivalState } from '../../guest/evidence-types.js';
import type { GuestWatch } from '../../guest/watch-types.js';
import type { GuestSession } from '../guest-session.js';

/** What the steps of one attach hand to each other. */
export interface AttachState {
  guest: GuestSession | null;
  watch: GuestWatch | null;
  /** The NIC has been given to the domain, or may have been. */
  attached: boolean;
  arrival: ArrivalState | null;
  warnings: string[];
  proof: AttachProof;
}

/** The proof that a NIC works, plane by plane; null is what was not asked for, or not seen yet. */
export interface AttachProof {
  alias: string | null;
  target: string | null;
  live: 'there' | null;
  config: 'there' | null;
  host: 'there' | 'no netdev' | null;
  guest: 'there' | 'not-asked' | null;
  guestName: string | null;
  driver: string | null;
  /** 'up', 'no carrier', or 'down' when nothing in the guest has set it up. */
  link: string | null;
  addresses: readonly string[];
  /** The guest's last udev event for the NIC on this machine's clock, ms since the epoch. */
  guestLastEventAt: number | null;
  clockErrorMs: number | null;
  attachedAt: number | null;
  provedAt: number | null;
}

/** A state in which nothing has happened yet. */
export function freshAttachState(): AttachState {
  return {
    guest: null,
    watch: null,
    attached: false,
    arrival: null,
    warnings: [],
    proof: {
      alias: null,
      target: null,
      live: null,
      config: null,
      host: null,
      guest: null,
      guestName: null,
      driver: null,
      link: null,
      addresses: [],
      guestLastEventAt: null,
      clockErrorMs: null,
      attachedAt: null,
      provedAt: null,
    },
  };
}
