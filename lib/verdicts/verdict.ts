import type { Nic, PlaneName, PlaneReading } from '../nic/sighting.js';

/**
 * What is said of a NIC. The ghost kinds are model terms (docs/planes-and-verdicts.md); beside them: `healthy` needs
 * every plane's agreement, `unknown` says which plane is missing, `offline` is a NIC of a domain that is shut off,
 * `unmanaged` one that QEMU got behind libvirt's back.
 */
export type VerdictKind =
  | 'healthy'
  | 'unknown'
  | 'offline'
  | 'unmanaged'
  | 'live-only'
  | 'config-only'
  | 'definition-drift'
  | 'host-missing'
  | 'guest-blind'
  | 'guest-ghost'
  | 'driverless'
  | 'unregister-stuck';

export interface Verdict {
  readonly kind: VerdictKind;
  /** One line for a person. */
  readonly summary: string;
  /** What led to it: where it was read and what it said. */
  readonly evidence: readonly string[];
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
  readonly unregisterWaits: readonly { readonly netdev: string; readonly text: string }[];
  /** MAC addresses of devices that the definition hands to QEMU directly (`qemu:commandline`). */
  readonly commandLineMacs: readonly string[];
}

/** Recognises one kind, or says with null that it is not that. */
export type Judge = (subject: Case) => Verdict | null;

/** The plane was read, and the NIC is not in it. An unread plane proves no absence. */
export function lacks({ nic, readings }: Case, plane: PlaneName): boolean {
  return stateOf(readings, plane) === 'read' && nic.sightings[plane] === undefined;
}

/** What became of the reading of a plane; `not-asked` when there was none. */
export function stateOf(readings: readonly PlaneReading[], plane: PlaneName): PlaneReading['state'] {
  return readings.find((reading) => reading.plane === plane)?.state ?? 'not-asked';
}

/** How a person would name the NIC: alias, target, guest's name or MAC, whichever is known first. */
export function nameOf(nic: Nic): string {
  return nic.alias ?? nic.target ?? nic.guestName ?? nic.mac ?? nic.pciPath ?? 'this NIC';
}
