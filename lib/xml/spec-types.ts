import type { MacAddress } from '../nic/mac-address.js';
import type { PciAddress } from '../nic/pci-address.js';

/** The interface types that QEMU can hot-plug; libvirt refuses udp, mcast, server and client while a guest runs. */
export const INTERFACE_TYPES = [
  'network',
  'bridge',
  'direct',
  'ethernet',
  'user',
  'vhostuser',
  'vdpa',
  'hostdev',
] as const;

export type InterfaceType = (typeof INTERFACE_TYPES)[number];

/** Everything that a NIC can be asked for. What is left out stays out of the XML, and libvirt decides. */
export interface InterfaceSpec {
  readonly type: InterfaceType;

  /** The libvirt network, and a port group of it (type network). */
  readonly network?: string | undefined;
  readonly portgroup?: string | undefined;
  /** The host's bridge, Linux or Open vSwitch (type bridge). */
  readonly bridge?: string | undefined;
  /** The host's netdev (direct) or "/dev/vhost-vdpa-0" (vdpa). */
  readonly dev?: string | undefined;
  /** How a macvtap reaches its neighbours (direct); libvirt's default is vepa. */
  readonly mode?: 'vepa' | 'bridge' | 'private' | 'passthrough' | undefined;
  /** The UNIX socket, which side makes it, and the seconds until QEMU connects again (vhostuser). */
  readonly socket?: string | undefined;
  readonly socketMode?: 'client' | 'server' | undefined;
  readonly reconnect?: number | undefined;
  /** The host's VF, and whether libvirt takes it from its driver and gives it back (hostdev). */
  readonly hostdev?: PciAddress | undefined;
  /** Instead of `hostdev`: a VF of this PF, chosen when it is attached (hostdev). */
  readonly vf?: VfSource | undefined;
  readonly managed?: boolean | undefined;

  readonly mac?: MacAddress | undefined;
  readonly model?: string | undefined;
  readonly driver?: DriverSpec | undefined;
  /** The host's name for a tap, and whether libvirt makes it (ethernet). */
  readonly target?: string | undefined;
  readonly targetManaged?: boolean | undefined;
  /** Begins with "ua-"; others are libvirt's own. */
  readonly alias?: string | undefined;
  readonly mtu?: number | undefined;
  readonly link?: 'up' | 'down' | undefined;
  readonly vlan?: VlanSpec | undefined;
  /** Seen from the guest: inbound is what it receives. */
  readonly inbound?: BandwidthSpec | undefined;
  readonly outbound?: BandwidthSpec | undefined;
  /** Packets after which the host's tap raises an interrupt. */
  readonly coalesceRxFrames?: number | undefined;
  readonly bootOrder?: number | undefined;
  readonly filter?: FilterSpec | undefined;
  /** A bridge port that does not talk to other isolated ports. */
  readonly isolated?: boolean | undefined;
  readonly virtualport?: VirtualportSpec | undefined;
  readonly teaming?: TeamingSpec | undefined;
  readonly trustGuestRxFilters?: boolean | undefined;
  /** Where the guest sees it, by libvirt's bus numbers. */
  readonly pci?: PciAddress | undefined;
  /** False hides the option ROM from the guest. */
  readonly romBar?: boolean | undefined;
  /** Names the NIC enoN in a guest with predictable names. */
  readonly acpiIndex?: number | undefined;
  readonly backend?: BackendSpec | undefined;
}

export interface VfSource {
  /** The PF's netdev, or its PCI address. */
  readonly pf: string;
  /** Its number; left out: one that is free. */
  readonly index?: number | undefined;
}

export const HOST_OFFLOADS = ['csum', 'gso', 'tso4', 'tso6', 'ecn', 'ufo', 'mrg_rxbuf'] as const;
export const GUEST_OFFLOADS = ['csum', 'tso4', 'tso6', 'ecn', 'ufo'] as const;

export interface DriverSpec {
  /** vhost (the host's kernel moves the packets) or qemu; vfio for a hostdev. */
  readonly name?: 'vhost' | 'qemu' | 'vfio' | undefined;
  readonly queues?: number | undefined;
  readonly rxQueueSize?: number | undefined;
  readonly txQueueSize?: number | undefined;
  readonly host?: Readonly<Partial<Record<(typeof HOST_OFFLOADS)[number], boolean | undefined>>> | undefined;
  readonly guest?:
    Readonly<Partial<Record<(typeof GUEST_OFFLOADS)[number], boolean | undefined>>> | undefined;
}

export interface VlanSpec {
  readonly trunk?: boolean | undefined;
  readonly tags: readonly { readonly id: number; readonly nativeMode?: 'tagged' | 'untagged' | undefined }[];
}

/** Rates in KiB/s, burst in KiB, as libvirt counts. `floor` is for inbound on a libvirt network. */
export interface BandwidthSpec {
  readonly average?: number | undefined;
  readonly peak?: number | undefined;
  readonly burst?: number | undefined;
  readonly floor?: number | undefined;
}

export interface FilterSpec {
  readonly name: string;
  readonly parameters?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

export interface VirtualportSpec {
  /** Left out when the libvirt network knows it. */
  readonly type?: 'openvswitch' | '802.1Qbh' | '802.1Qbg' | 'midonet' | undefined;
  readonly interfaceid?: string | undefined;
  readonly profileid?: string | undefined;
  readonly managerid?: number | undefined;
  readonly typeid?: number | undefined;
  readonly typeidversion?: number | undefined;
  readonly instanceid?: string | undefined;
}

export type TeamingSpec =
  | { readonly type: 'persistent' }
  /** `persistent` is the alias of the partner that stays. */
  | { readonly type: 'transient'; readonly persistent: string };

export interface BackendSpec {
  readonly type?: 'passt' | undefined;
  readonly tap?: string | undefined;
  readonly vhost?: string | undefined;
  readonly logFile?: string | undefined;
}

/**
 * The same as people type it or programs read it: numbers and switches may be text ("1500", "on"), addresses in any
 * usual form. `checkInterfaceSpec` makes an InterfaceSpec of it.
 */
export type InterfaceInput = Loose<InterfaceSpec>;

type Loose<T> = T extends number
  ? number | string
  : T extends boolean
    ? boolean | string
    : T extends string
      ? string
      : T extends readonly (infer Item)[]
        ? readonly Loose<Item>[]
        : T extends object
          ? { readonly [Key in keyof T]: Loose<T[Key]> }
          : T;
