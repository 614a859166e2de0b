import type { PciPath } from '../nic/pci-address.js';

/** What a guest was seen to do, one line of its streams. */
export interface GuestEvent {
  /** 'kernel' and 'udev' are uevents before and after udev's rules; 'sysfs' is seen by looking; 'klog' is the kernel log. */
  readonly source: 'udev' | 'kernel' | 'klog' | 'sysfs';
  /** 'add', 'remove', 'bind', 'unbind', 'move', 'change', 'online', 'offline'; '' for klog. */
  readonly action: string;
  readonly subsystem: string;
  /** Sysfs path below /sys, "/devices/pci0000:00/…/net/eth1"; '' for klog. */
  readonly devpath: string;
  /** The PCI function the device is, or sits on. */
  readonly pciPath: PciPath | null;
  readonly seqnum: number | null;
  readonly properties: ReadonlyMap<string, string>;
  /** The netdev's state read in the guest with the event; null when it is none or was gone by then. */
  readonly netdev: NetdevState | null;
  /** CLOCK_MONOTONIC of the guest in seconds; klog lines carry the log's own clock, which follows it closely. */
  readonly guestTime: number | null;
  /** This machine's clock when the line arrived: ms since the epoch. */
  readonly at: number;
  /** The line, for klog; '' otherwise. */
  readonly text: string;
}

/** A netdev's state as the guest's own loop read it from sysfs. */
export interface NetdevState {
  readonly name: string;
  readonly ifindex: number;
  readonly mac: string;
  readonly operstate: string;
  readonly carrier: boolean | null;
  readonly flags: number;
  readonly mtu: number;
  readonly driver: string | null;
  /** CLOCK of /proc/uptime when it was read, in seconds. */
  readonly readAtS: number | null;
}

/** Who gives a netdev its last name here, and so which events prove that it is the last. */
export type FinalNameBy = 'udev' | 'kernel' | 'sysfs';

/** Streams of one guest that are known to be running. */
export interface GuestWatch extends AsyncDisposable {
  readonly finalNameBy: FinalNameBy;
  /** The kernel log is followed, and that was seen to work. */
  readonly kernelLog: boolean;
  /** Calls `listener` for every event from now on; the function returned takes it off. */
  onEvent(listener: (event: GuestEvent) => void): () => void;
  /** Events since the watch started, oldest first, the newest 4,096 of them. */
  readonly history: readonly GuestEvent[];
  /** Settles once: with the error that ended the watch (`guest-watch-lost`), or null after `close`. */
  readonly ended: Promise<Error | null>;
  /** The guest's CLOCK_MONOTONIC time as this machine's ms since the epoch; better than the probe's, it learns. */
  toHostMs(guestTimeS: number): number;
  /** How far `toHostMs` may be off, in ms. */
  readonly clockErrorMs: number;
  close(): Promise<void>;
}
