import type { MacAddress } from '../../nic/mac-address.js';
import type { PciAddress } from '../../nic/pci-address.js';
import type { HolderWalk } from '../host/holders.js';

/** What is known of every PCI function of the host, NIC or not: enough to name who shares a bus or a group. */
export interface PciFunction {
  readonly address: PciAddress;
  /** The 24-bit class code; 0x020000 is an Ethernet controller, 0x06.... a bridge (PCI Code and ID Assignment). */
  readonly class: number;
  readonly vendor: number;
  readonly device: number;
  readonly driver: string | null;
  /** Number of its IOMMU group; null where the machine has no IOMMU, or the function is outside of it. */
  readonly group: number | null;
  /** The port or bridge above it; null on a root bus. */
  readonly parent: PciAddress | null;
}

/** A PCI function of the host that is a NIC, or that is (or shall be) given to guests: one look at sysfs. */
export interface NetworkFunction extends Omit<PciFunction, 'group'> {
  /** What the kernel is told to bind instead of the matching driver. */
  readonly driverOverride: Override;
  /** Null where the machine has no IOMMU, or the function is outside of it. */
  readonly iommuGroup: IommuGroup | null;
  /** Null where the firmware does not say (-1 in sysfs). */
  readonly numaNode: number | null;
  /** Ways the kernel can reset it, in the order it would try ("flr", "pm", "bus", …); empty: none. */
  readonly resetMethods: readonly string[];
  /** The kernel offers a reset at all (its file `reset` is there). Kernels before 5.15 do not tell the methods. */
  readonly canReset: boolean;
  /** Set for a VF. */
  readonly virtual: { readonly physicalFunction: PciAddress; readonly index: number } | null;
  /** Set for a PF that can have VFs. */
  readonly physical: {
    readonly totalVfs: number;
    /** By VF number; a VF that the kernel numbers and whose function is gone is null. */
    readonly vfs: readonly (PciAddress | null)[];
  } | null;
  readonly netdevs: readonly FunctionNetdev[];
}

/**
 * `driver_override` of a function. Reading it blocks whoever reads, for ever, when libvirtd or a driver waits under the
 * device's lock (measured; docs/planes-and-verdicts.md): it is read in a child process with a deadline, and only of
 * functions whose vfio group nobody holds.
 */
export type Override =
  | { readonly state: 'read'; readonly driver: string | null }
  | { readonly state: 'not-read'; readonly why: string };

/** One look at all PCI functions of a host. */
export interface HostFunctions {
  /** NICs, what is bound to a vfio driver, and what was asked for by its address; ordered by address. */
  readonly functions: readonly NetworkFunction[];
  /** Every PCI function of the machine. */
  readonly all: ReadonlyMap<PciAddress, PciFunction>;
  /**
   * Processes that have the vfio group of one of `functions` open (`holds` is "/dev/vfio/NUMBER"). Where not every
   * process could be looked at, "nobody" is not known.
   */
  readonly holders: HolderWalk;
}

export interface IommuGroup {
  readonly number: number;
  /** All functions in it, bridges left out: a pcieport need not be handed over (drivers/vfio/pci). This one included. */
  readonly members: readonly PciAddress[];
}

/** A netdev of a function, as the host's kernel shows it. */
export interface FunctionNetdev {
  readonly name: string;
  readonly mac: MacAddress | null;
  readonly up: boolean;
  /** Null while it is down: the kernel does not say. */
  readonly carrier: boolean | null;
  readonly mtu: number | null;
  readonly master: string | null;
  /** "192.0.2.4/24", "fe80::…/64". */
  readonly addresses: readonly string[];
}
