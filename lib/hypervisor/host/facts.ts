import type { Neighbour } from '../../nic/host-evidence.js';
import type { LibvirtNetwork } from './networks.js';
import type { HostFunctions } from '../pci/network-function.js';
import type { FilterBindingFact } from './filter-bindings.js';
import type { HostLinks } from './links.js';
import type { OvsPort } from './ovs.js';
import type { XenVif } from './xenstore.js';

/**
 * One part of what a hypervisor was asked, with its own time and its own failure. `not-there`: the hypervisor has no
 * such thing (no Open vSwitch, a daemon without the call), which is a plain answer; `unreadable`: it should have
 * answered and did not, nothing follows from it.
 */
export type Part<T> =
  | { readonly state: 'read'; readonly value: T; readonly tookMs: number }
  | { readonly state: 'unreadable' | 'not-there'; readonly why: string; readonly tookMs: number };

/** What one look at a hypervisor's kernel, libvirt, Open vSwitch and xenstore gave. */
export interface HostFacts {
  readonly links: Part<HostLinks>;
  readonly neighbours: Part<readonly Neighbour[]>;
  readonly networks: Part<readonly LibvirtNetwork[]>;
  readonly filterBindings: Part<readonly FilterBindingFact[]>;
  readonly ovsPorts: Part<readonly OvsPort[]>;
  /** PCI network functions, and whatever else is bound to vfio-pci, with the holders of their groups. */
  readonly functions: Part<HostFunctions>;
  readonly xenVifs: Part<readonly XenVif[]>;
  /** `dhcp_release` of dnsmasq is installed. */
  readonly canReleaseLeases: boolean;
  /** This machine's clock, ms since the epoch. */
  readonly readAt: number;
  readonly tookMs: number;
}

/** The value of a part that was read; null of any other. */
export function valueOf<T>(part: Part<T>): T | null {
  return part.state === 'read' ? part.value : null;
}
