import type { GuestEvidence } from '../nic/guest-evidence.js';
import type { HostEvidence } from '../nic/host-evidence.js';
import type { MacAddress } from '../nic/mac-address.js';
import type { PciPath } from '../nic/pci-address.js';
import type { Nic, PlaneName, PlaneReading, Sighting } from '../nic/sighting.js';

/**
 * What is said of a NIC. The ghost kinds are model terms (docs/planes-and-verdicts.md); beside them: `healthy` needs
 * every plane's agreement, `unknown` says which plane is missing, `offline` is a NIC of a domain that is shut off,
 * `unmanaged` one that QEMU got behind libvirt's back.
 */
export const VERDICT_KINDS = [
  'healthy',
  'unknown',
  'offline',
  'unmanaged',
  'live-only',
  'config-only',
  'definition-drift',
  'host-missing',
  'detach-pending',
  'qemu-orphan',
  'definition-orphan',
  'guest-blind',
  'guest-ghost',
  'driverless',
  'unregister-stuck',
  'host-orphan',
  'passthrough-orphan',
  'config-residue',
  'lease-conflict',
  'xenstore-residue',
] as const;

export type VerdictKind = (typeof VERDICT_KINDS)[number];

export interface Verdict {
  readonly kind: VerdictKind;
  /** One line for a person. */
  readonly summary: string;
  /** What led to it: where it was read and what it said. */
  readonly evidence: readonly string[];
  /** Why this came about, as far as the evidence tells; the usual causes where it does not. */
  readonly cause?: string;
  /** Set where the evidence tells what was wanted: a cure in that direction need not ask. */
  readonly wanted?: 'gone';
  /** What to do about it, as words or as a command. */
  readonly next?: string;
}

/** All that is known when a NIC is judged. Pure data: judging reads nothing. */
export interface Case {
  readonly domain: string;
  readonly active: boolean;
  readonly persistent: boolean;
  readonly nic: Nic;
  readonly readings: readonly PlaneReading[];
  /** Netdevs of which the guest's kernel says "unregister_netdevice: waiting for X". */
  readonly unregisterWaits: readonly {
    readonly netdev: string;
    readonly text: string;
    /** The function that it sits on; null or left out where that is not known. */
    readonly pciPath?: PciPath | null;
  }[];
  /** The guest's slots, and what may hold on to a netdev of it; null or left out where it was not asked. */
  readonly guest?: GuestEvidence | null;
  /** MAC addresses of devices that the definition hands to QEMU directly (`qemu:commandline`). */
  readonly commandLineMacs: readonly string[];
  /** Where the guest has functions of the host that the running definition gives it as `<hostdev>`. */
  readonly hostdevPaths: readonly PciPath[];
  /** Removals that were asked for in this boot of the domain and are not proved, from hotnic's journal. */
  readonly removalRequests: readonly RemovalRequest[];
  /** NICs that are meant to be in the running definition alone (`--allow-live-only`, the mark in the metadata). */
  readonly liveOnlyByIntent: 'all' | readonly MacAddress[];
  /** What the host's DHCP servers and neighbour tables say; null when they were not read. */
  readonly host: HostEvidence | null;
  /** The domain's processors stand still; left out where that is not known. */
  readonly paused?: boolean;
  /** Whether the guest has finished booting, in its own words; null where it was not asked. */
  readonly guestBoot?: {
    readonly state: 'finished' | 'running' | 'unknown';
    readonly reason: string;
  } | null;
}

/** A removal that hotnic asked for, and that no run saw through to its end. */
export interface RemovalRequest {
  readonly alias: string | null;
  readonly mac: MacAddress | null;
  /** ms since the epoch. */
  readonly askedAt: number;
  /** The running definition has let it go since; the persistent one has not. */
  readonly goneSince: boolean;
  /** The persistent definition was to lose it too. */
  readonly fromBoth: boolean;
  /** The run in the journal. */
  readonly run: string;
}

/** Recognises one kind, or says with null that it is not that. */
export type Judge = (subject: Case) => Verdict | null;

/** The plane was read, and the NIC is not in it. An unread plane proves no absence. */
export function lacks({ nic, readings }: Case, plane: PlaneName): boolean {
  return stateOf(readings, plane) === 'read' && nic.sightings[plane] === undefined;
}

/** What became of the reading of a plane; `not-asked` when there was none. */
export function stateOf(readings: readonly PlaneReading[], plane: PlaneName): PlaneReading['state'] {
  for (const reading of readings) if (reading.plane === plane) return reading.state;
  return 'not-asked';
}

/** QEMU's device for the NIC; a backend alone is none. */
export function qemuDevice({ sightings }: Nic): Sighting | null {
  return sightings.qemu?.facts['part'] === 'device' ? sightings.qemu : null;
}

/** QEMU's backend for the NIC when QEMU has no device for it. */
export function loneBackend({ sightings }: Nic): Sighting | null {
  return sightings.qemu?.facts['part'] === 'backend' ? sightings.qemu : null;
}

/** How a person would name the NIC: alias, target, guest's name or MAC, whichever is known first. */
export function nameOf(nic: Nic): string {
  const configured = nic.sightings['guest-config']?.name;
  return nic.alias ?? nic.target ?? nic.guestName ?? nic.mac ?? configured ?? nic.pciPath ?? 'this NIC';
}

/** A function of the host that the running definition gives the guest as `<hostdev>`: a device of libvirt, no interface. */
export function isHostdev({ nic, hostdevPaths }: Case): boolean {
  return nic.pciPath !== null && hostdevPaths.includes(nic.pciPath);
}
