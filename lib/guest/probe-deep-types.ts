import type { PciAddress } from '../nic/pci-address.js';
import type { GuestNetdev } from './probe-types.js';

/** Another network namespace of the guest, with the netdevs in it that sit on a device. */
export interface GuestNamespace {
  /** A name of `ip netns`; null for one that only processes are in. */
  readonly name: string | null;
  /** A process that is in it; null for a named one. */
  readonly pid: number | null;
  /** The name of that process. */
  readonly process: string | null;
  /** False where the guest did not let this user look. */
  readonly readable: boolean;
  readonly netdevs: readonly GuestNetdev[];
}

/** A network function that shows no netdev because no driver took it, or took its virtio device. */
export interface UnboundFunction {
  /** The PCI function. */
  readonly address: PciAddress;
  /** Where a driver is missing: on the PCI bus, or on the virtio bus below it ("virtio_net" is a driver of that). */
  readonly bus: 'pci' | 'virtio';
  /** What it is called on that bus: "0000:01:00.0", "virtio3". */
  readonly device: string;
  readonly modalias: string;
  /** Modules of the running kernel that say they serve it. */
  readonly modules: readonly { readonly name: string; readonly state: 'loaded' | 'available' }[];
  /** Lines of modprobe.d and arguments of the kernel that keep one of these modules out. */
  readonly rules: readonly ModuleRule[];
  /** False where the bus binds nothing by itself. */
  readonly autoprobe: boolean;
  /** The kernel's newest lines about the device, up to 20. */
  readonly log: readonly string[];
}

export interface ModuleRule {
  readonly module: string;
  readonly kind: 'blacklist' | 'install' | 'kernel-argument';
  /** "/etc/modprobe.d/x.conf:3", "kernel command line". */
  readonly where: string;
  readonly text: string;
}

/** A file of the guest's network configuration. What looked like a secret was cut off in the guest. */
export interface ConfigFile {
  readonly path: string;
  /** Of the whole file as it is in the guest, secrets included; null when the guest could not tell. */
  readonly sha256: string | null;
  readonly lines: readonly ConfigLine[];
}

export interface ConfigLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

export interface GuestConfigFiles {
  readonly files: readonly ConfigFile[];
  /** False where there was more than hotnic reads (300 files, 2,000 lines of each, 1.5 MB): nothing is missing from it. */
  readonly complete: boolean;
}

export type { Holder } from '../nic/guest-evidence.js';
