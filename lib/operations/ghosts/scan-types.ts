import type { GuestProbe } from '../../guest/probe-types.js';
import type { HostEvidence } from '../../nic/host-evidence.js';
import type { Nic } from '../../nic/sighting.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import type { Verdict } from '../../verdicts/index.js';
import type { DomainNics } from '../read-nics.js';

/** One thing that was judged: a NIC of a domain, or something on the host that no domain owns. */
export interface Finding {
  /** Null for what no domain owns. */
  readonly domain: string | null;
  readonly nic: Nic;
  readonly verdict: Verdict;
}

/** A domain's planes and verdicts, with what they were read from. */
export interface DomainScan extends DomainNics {
  readonly view: DomainView;
  readonly probe: GuestProbe | null;
}

/** What belongs to the hypervisor and to no domain. */
export interface HostScan {
  /** Null when it could not be read. */
  readonly evidence: HostEvidence | null;
  readonly state: 'read' | 'unreadable' | 'not-asked';
  readonly why?: string;
  /** Leftovers: taps, ports, bindings without an owner. */
  readonly leftovers: readonly Finding[];
}

/** One look at a hypervisor. */
export interface Scan {
  readonly domains: readonly DomainScan[];
  readonly host: HostScan;
  /** Domains whose definitions could not be read. */
  readonly unreadable: readonly { readonly domain: string; readonly why: string }[];
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly tookMs: number;
}
