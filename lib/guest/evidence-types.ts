import type { MacAddress } from '../nic/mac-address.js';
import type { PciPath } from '../nic/pci-address.js';
import type { FinalNameBy, NetdevState } from './watch-types.js';

/** When something was seen: the guest's clock where the evidence carries it, and this machine's. */
export interface SeenAt {
  /** CLOCK_MONOTONIC of the guest, in seconds. */
  readonly guestS: number | null;
  /** Arrival on this machine, ms since the epoch. */
  readonly hostMs: number;
  readonly by: 'udev' | 'kernel' | 'sysfs' | 'klog' | 'probe';
}

/** The NIC that is waited for: by its place, or by its MAC until the place is known. */
export type ArrivalMatcher = { readonly pciPath: PciPath } | { readonly mac: MacAddress };

/** What is known of a NIC's arrival; every null was not seen. */
export interface ArrivalState {
  readonly pciPath: PciPath | null;
  readonly pciAdded: SeenAt | null;
  readonly driverBound: SeenAt | null;
  readonly netdevRegistered: SeenAt | null;
  /** The name as of now; only `settled` makes it the final one. */
  readonly name: string | null;
  readonly mac: string | null;
  readonly driver: string | null;
  readonly netdev: NetdevState | null;
  /** Kernel uevents of this NIC that udev has not answered. */
  readonly pendingUevents: number;
  /** Set once PCI function, driver and netdev are there and nothing is outstanding: the name is final. */
  readonly settled: SeenAt | null;
  /** The NIC left again after it had been seen. */
  readonly left: SeenAt | null;
  readonly first: SeenAt | null;
  readonly last: SeenAt | null;
  readonly finalNameBy: FinalNameBy;
}

/** The NIC whose departure is waited for, with every name its netdev is known by. */
export interface DepartureTarget {
  readonly pciPath: PciPath;
  /** Empty for a function without a netdev. */
  readonly netdevs: readonly string[];
}

/** What is known of a NIC's departure; every null was not seen. */
export interface DepartureState {
  readonly netdevRemoved: SeenAt | null;
  readonly pciRemoved: SeenAt | null;
  /** The kernel says it waits for somebody to let go of the netdev; null again once it is gone. */
  readonly unregisterWait: { readonly text: string; readonly at: SeenAt } | null;
  readonly pendingUevents: number;
  /** Set once PCI function and netdev are gone for kernel and udev. */
  readonly gone: SeenAt | null;
  readonly first: SeenAt | null;
  readonly last: SeenAt | null;
}

export interface AwaitOptions<State> {
  /** This machine's clock, ms since the epoch, at which waiting ends. */
  readonly deadlineMs: number;
  /** Events of the watch's history that arrived before this (ms since the epoch) do not count. Default: all count. */
  readonly sinceMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (state: State) => void;
}

/** How a wait ended: with the state reached, at its deadline, or because the streams were lost. */
export interface AwaitedEvidence<State, Evidence> {
  readonly outcome: 'seen' | 'deadline' | 'lost';
  readonly state: State;
  /** Takes further evidence: a fresh probe after a deadline, because streams can lose events. */
  readonly evidence: Evidence;
  /** What was still missing, in words; empty when `seen`. */
  readonly missing: readonly string[];
  /** Why the streams ended, when `lost`. */
  readonly error: Error | null;
}
