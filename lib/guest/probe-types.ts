import type { MacAddress } from '../nic/mac-address.js';
import type { PciAddress, PciPath } from '../nic/pci-address.js';
import type { GuestConfigFiles, GuestNamespace, Holder, UnboundFunction } from './probe-deep-types.js';

/**
 * All that one probe saw of a guest, in one round trip. Strings are the guest's own bytes: pass them through
 * `printable` before a person sees them. Null always means "could not be read", never "no".
 */
export interface GuestProbe {
  /** Release of the running kernel, "6.1.0-18-cloud-amd64". */
  readonly kernel: string;
  /** What `uname -m` says, "x86_64". */
  readonly machine: string | null;
  readonly hostname: string;
  /** Changes at every boot: two probes with the same one saw the same boot. */
  readonly bootId: string | null;
  readonly cmdline: string;
  readonly clock: GuestClock;
  readonly boot: BootState;
  readonly userland: Userland;
  readonly user: GuestUser;
  readonly udev: UdevState;
  readonly kernelLog: KernelLogState;
  readonly pci: readonly GuestPciFunction[];
  readonly hotplug: HotplugDrivers;
  readonly netdevs: readonly GuestNetdev[];
  /** Netdevs with a default route, IPv4 first, without repeats. */
  readonly defaultRouteNetdevs: readonly string[];
  /** The netdev that carries the session of this channel; null when the channel is not SSH. */
  readonly session: GuestSession | null;
  readonly cloudInit: 'absent' | 'running' | 'finished';
  /** Named network namespaces: a NIC that was moved into one is in PCI but not among `netdevs`. */
  readonly namedNetns: readonly string[];
  /**
   * The other network namespaces. Read by a full probe, and by a quick one where a network function shows no netdev;
   * null otherwise.
   */
  readonly namespaces: readonly GuestNamespace[] | null;
  /** Network functions that no driver has taken. */
  readonly unbound: readonly UnboundFunction[];
  /** What may hold the netdev that the kernel waits for; null where it waits for none. */
  readonly holders: readonly Holder[] | null;
  /** The guest's network configuration; null unless a full probe asked for it. */
  readonly config: GuestConfigFiles | null;
  /** The probe's round trip on this machine's clock, in ms. */
  readonly tookMs: number;
}

/** The guest's clocks at the probe, and how to convert them to this machine's. */
export interface GuestClock {
  /** Seconds since boot as /proc/uptime counts them (CLOCK_BOOTTIME). */
  readonly uptimeS: number;
  /** CLOCK_MONOTONIC in seconds, as udevadm prints it; from uptime where /proc/timer_list cannot be read. */
  readonly monotonicS: number;
  /** The guest's idea of the time, in ms since the epoch, to half a second. */
  readonly epochMs: number | null;
  /** Add it to a guest CLOCK_MONOTONIC time in ms to get this machine's ms since the epoch. */
  readonly monotonicToHostMs: number;
  /** The guest's wall clock minus this machine's, in ms, to half a second. */
  readonly wallOffsetMs: number | null;
  /** `monotonicToHostMs` may be off by this much either way, in ms: half of what the round trip leaves open. */
  readonly errorMs: number;
}

export interface BootState {
  readonly state: 'finished' | 'running' | 'unknown';
  /** What that was judged from, in words. */
  readonly reason: string;
  /** Name of process 1, "systemd". */
  readonly init: string | null;
}

/** Which programs the guest has. */
export interface Userland {
  readonly udevadm: boolean;
  readonly ip: boolean;
  readonly ethtool: boolean;
  readonly dmesg: boolean;
  readonly systemctl: boolean;
  readonly busybox: boolean;
}

export interface GuestUser {
  readonly uid: number | null;
  /** How commands become root: they are already, by `sudo -n`, or not at all. */
  readonly root: 'already' | 'sudo' | 'no';
}

export interface UdevState {
  /** A daemon owns /run/udev/control. That it works is only proved by a watch. */
  readonly running: boolean;
  /** False while udev still works on earlier events. */
  readonly queueEmpty: boolean;
}

export interface KernelLogState {
  readonly readable: boolean;
  /** Netdevs of which the kernel said "unregister_netdevice: waiting for X", newest line of each. */
  readonly unregisterWaits: readonly UnregisterWait[];
}

export interface UnregisterWait {
  readonly netdev: string;
  /** The line, as the guest wrote it. */
  readonly text: string;
  /** Seconds on the kernel log's clock; null when the line carries none. */
  readonly timeS: number | null;
  /** The function that the netdev sits on, as far as that can be told; absent where it was not looked for. */
  readonly pciPath?: PciPath | null;
}

export interface GuestPciFunction {
  readonly address: PciAddress;
  /** The chain of ports above it and itself, from the root bus down. */
  readonly chain: readonly PciAddress[];
  readonly path: PciPath;
  /** The 24-bit class code; 0x020000 is an Ethernet controller. */
  readonly class: number;
  readonly vendor: number;
  readonly device: number;
  readonly subsystemVendor: number | null;
  readonly subsystemDevice: number | null;
  readonly driver: string | null;
  /** The bus behind a bridge or port, "0000:01"; null for endpoints. */
  readonly secondaryBus: string | null;
  /** The netdevs on it that this network namespace can see. */
  readonly netdevs: readonly string[];
}

export interface HotplugDrivers {
  /** Ports that pciehp serves. */
  readonly pciehpPorts: readonly PciAddress[];
  /** The kernel has the driver, whether or not it serves a port. */
  readonly pciehp: boolean;
  readonly acpiphp: boolean;
  readonly slots: readonly HotplugSlot[];
}

/** A directory of /sys/bus/pci/slots. */
export interface HotplugSlot {
  readonly name: string;
  /** "0000:01:00": the slot's place without a function; null when unreadable. */
  readonly address: string | null;
  readonly power: boolean | null;
  /** The module that serves it: 'acpiphp', 'pciehp', 'shpchp'; null when the slot is only named, not served. */
  readonly driver: string | null;
}

export interface GuestNetdev {
  readonly name: string;
  readonly ifindex: number;
  /** As sysfs gives it, lower case; null for devices that are not Ethernet. */
  readonly mac: MacAddress | null;
  /** The address the device was born with, where the guest's `ip` tells it. */
  readonly permanentMac: MacAddress | null;
  readonly driver: string | null;
  /** The sysfs path of its device; null for virtual ones. */
  readonly devicePath: string | null;
  readonly pciAddress: PciAddress | null;
  readonly pciPath: PciPath | null;
  readonly operstate: string;
  /** Null while it is administratively down. */
  readonly carrier: boolean | null;
  /** IFF_ flags of linux/if.h; bit 0 is "up". */
  readonly flags: number;
  readonly up: boolean;
  readonly mtu: number;
  /** Mbit/s as the driver says; null when it does not. */
  readonly speed: number | null;
  readonly duplex: string | null;
  readonly addresses: readonly GuestAddress[];
  /** 'bridge', 'bond', 'vlan', 'macvlan', …; null for plain devices. */
  readonly kind: string | null;
  readonly master: string | null;
  readonly uppers: readonly string[];
  readonly lowers: readonly string[];
  /** ID_NET_* properties of the udev database. */
  readonly udev: ReadonlyMap<string, string>;
}

export interface GuestAddress {
  readonly family: 'inet' | 'inet6';
  readonly address: string;
  readonly prefix: number;
  readonly scope: string;
  /** IPv6 duplicate address detection still runs, or found a duplicate: not usable yet. */
  readonly tentative: boolean;
}

export interface GuestSession {
  readonly localAddress: string;
  /** Null when no netdev in sight has that address. */
  readonly netdev: string | null;
}
