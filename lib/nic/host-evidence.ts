import type { MacAddress } from './mac-address.js';

/** What a hypervisor knows of addresses that it or its DHCP servers gave out or met. */
export interface HostEvidence {
  readonly leases: readonly DhcpLease[];
  readonly neighbours: readonly Neighbour[];
}

/** A lease of one of libvirt's own DHCP servers. */
export interface DhcpLease {
  /** libvirt's network. */
  readonly network: string;
  /** The host's bridge that the network runs on. */
  readonly bridge: string | null;
  readonly mac: MacAddress;
  readonly address: string;
  readonly hostname: string | null;
  /** ms since the epoch; null for a lease without end. */
  readonly expiresAt: number | null;
}

/** An entry of the host's ARP or IPv6 neighbour table. */
export interface Neighbour {
  readonly address: string;
  readonly dev: string;
  /** Null while the kernel is still asking, or gave up. */
  readonly mac: MacAddress | null;
  /** "reachable", "stale", "permanent", "failed", … (NUD_* of linux/neighbour.h, lower case). */
  readonly state: string;
}
