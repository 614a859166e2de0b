import type { MacAddress } from '../../nic/mac-address.js';
import type { PciAddress } from '../../nic/pci-address.js';
import type { ConfigSystem } from '../config/claim.js';
import type { Platform } from '../hardware/platform-types.js';
import type { GuestAddress, GuestProbe } from '../probe-types.js';

/**
 * What an inspection saw of a guest. Strings are the guest's own bytes, bounded in length: pass them through `printable`
 * before a person sees them. Null always means "could not be read", never "no".
 */
export interface GuestInspection {
  readonly probe: GuestProbe;
  readonly platform: Platform;
  readonly nics: readonly InspectedNic[];
  /** Programs that manage the network and run now: "NetworkManager", "systemd-networkd", "dhclient eth0". */
  readonly managers: readonly string[];
  /** What could not be looked at, and why. */
  readonly limits: readonly string[];
}

export interface InspectedNic {
  readonly name: string;
  readonly ifindex: number;
  readonly mac: MacAddress | null;
  readonly pciAddress: PciAddress | null;
  /** Vendor and device of its PCI function as lspci -n prints them, "1af4:1041"; null off the PCI bus. */
  readonly pciId: string | null;
  /** The bus that its driver is of: "virtio", "pci", "vmbus", "xen". */
  readonly bus: string | null;
  readonly modalias: string | null;
  /** What the device is, for those that hotnic knows by name. */
  readonly device: string | null;
  readonly driver: string | null;
  readonly module: ModuleFacts | null;
  readonly firmware: string | null;
  readonly queues: { readonly rx: number; readonly tx: number };
  readonly rings: Limits | null;
  readonly channels: Limits | null;
  readonly offloads: readonly Offload[] | null;
  readonly link: LinkFacts;
  readonly mtu: number;
  readonly addresses: readonly GuestAddress[];
  readonly master: string | null;
  readonly uppers: readonly string[];
  readonly owner: Owner;
  readonly naming: Naming;
  /** True for the NIC that carries the session of this channel. */
  readonly session: boolean;
}

/** The module that drives a NIC; what is built into the kernel has no version of its own but the kernel's. */
export interface ModuleFacts {
  readonly name: string;
  /** The driver's own number; null where it has none, as most drivers of the kernel itself. */
  readonly version: string | null;
  readonly srcversion: string | null;
  /** The kernel and options it was built for. */
  readonly vermagic: string | null;
  readonly file: string | null;
}

/** `ethtool -g` and `-l`: what is set and what the device takes at most, by ethtool's word in lower case ("rx", "combined"). */
export interface Limits {
  readonly now: Readonly<Record<string, number>>;
  readonly most: Readonly<Record<string, number>>;
}

/** A line of `ethtool -k`. */
export interface Offload {
  readonly name: string;
  readonly on: boolean;
  /** The driver does not let it be changed. */
  readonly fixed: boolean;
}

export interface LinkFacts {
  readonly operstate: string;
  readonly up: boolean;
  readonly carrier: boolean | null;
  /** Mbit/s as sysfs says; null for unknown. */
  readonly speed: number | null;
  readonly duplex: string | null;
  /** What ethtool prints for them, in its own words; null without ethtool. */
  readonly ethtool: {
    readonly speed: string | null;
    readonly duplex: string | null;
    readonly link: string | null;
  } | null;
  readonly autoNegotiation: string | null;
  /** Why speed and duplex read as they do, and why tools differ. */
  readonly why: readonly string[];
}

/** Who configures a NIC. */
export interface Owner {
  /** By how sure it is: what runs and has it in hand first, then what names it in a file. */
  readonly systems: readonly ConfigSystem[];
  readonly evidence: readonly string[];
  /** More than one system would set it up, and none of them is the other's renderer. */
  readonly conflict: boolean;
}

/** How a NIC came by its name. */
export interface Naming {
  /** The kernel's name_assign_type: by the kernel, by a predictable rule of the kernel, by a program, or renamed. */
  readonly assigned: 'kernel' | 'predictable' | 'user' | 'renamed' | 'unknown';
  /** Which of udev's properties the name is, "ID_NET_NAME_SLOT"; null for none of them. */
  readonly property: string | null;
  /** The .link file that udev applied; null without one. */
  readonly linkFile: string | null;
  /** In words, with file and line where there are any. */
  readonly rule: string;
}
