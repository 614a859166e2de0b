import type { PciPath } from './pci-address.js';

/** What a guest says beside its NICs: who serves its slots, and what may hold on to a netdev. */
export interface GuestEvidence {
  readonly slots: readonly GuestSlot[];
  /** An argument of its kernel that takes hot-plug away; null where there is none. */
  readonly deafBy: string | null;
  /** What may hold the netdev that its kernel waits for; null where that was not looked for. */
  readonly holders: readonly Holder[] | null;
  /** Its tunnels and VPNs, which may keep a route over a NIC: "wg0 (wireguard)". */
  readonly tunnels: readonly string[];
  /** Its configuration was read whole. */
  readonly configComplete: boolean;
}

/** A place in the guest where a NIC can come and go. */
export interface GuestSlot {
  /** The path of function 0 in the slot. */
  readonly path: PciPath;
  /** Null: no hot-plug driver. */
  readonly servedBy: 'pciehp' | 'acpiphp' | null;
  /** The guest has switched the slot on; null where it does not say. */
  readonly power: boolean | null;
}

/** What may hold a reference to a netdev that will not unregister. */
export interface Holder {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: tells this process from a later one with the same id. */
  readonly startTime: string;
  readonly command: string;
  /**
   * `likely`: it is in the middle of sending on a packet socket, or its packet socket is bound to the netdev.
   * `possible`: it has a packet socket, or waits uninterruptibly.
   */
  readonly certainty: 'likely' | 'possible';
  /** What was seen of it. */
  readonly seen: string;
}
