import type { MacAddress } from './mac-address.js';
import type { PciPath } from './pci-address.js';

/** The planes a NIC is seen from (docs/planes-and-verdicts.md). */
export const PLANES = ['config', 'live', 'qemu', 'host', 'guest-pci', 'guest-net', 'guest-config'] as const;

export type PlaneName = (typeof PLANES)[number];

/** One NIC as one plane shows it, with the evidence. */
export interface Sighting {
  readonly plane: PlaneName;
  /** Where it was read: "live domain XML", "/sys/class/net of the guest". */
  readonly readFrom: string;
  /** This machine's clock, ms since the epoch. */
  readonly readAt: number;
  readonly alias: string | null;
  readonly mac: MacAddress | null;
  readonly pciPath: PciPath | null;
  /** What the plane calls it: a target ("vnet3"), a guest's name ("enp1s0"), a PCI address. */
  readonly name: string | null;
  /** What else the plane says, in the field's own terms. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * One reading of a plane. `read`: the sightings are all there is. `unreadable`: it should have been read and could
 * not, nothing follows from it. `not-asked`: the user did not want it. `absent`: there is no such plane now
 * (a domain that is shut off has no live definition).
 */
export interface PlaneReading {
  readonly plane: PlaneName;
  readonly state: 'read' | 'unreadable' | 'not-asked' | 'absent';
  /** Why it is not `read`. */
  readonly why?: string;
  readonly sightings: readonly Sighting[];
}

/** The sightings that are one NIC. */
export interface Nic {
  readonly alias: string | null;
  readonly mac: MacAddress | null;
  readonly pciPath: PciPath | null;
  /** The host's name for it: a tap or macvtap. */
  readonly target: string | null;
  readonly guestName: string | null;
  readonly sightings: Readonly<Partial<Record<PlaneName, Sighting>>>;
}
