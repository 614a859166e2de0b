import type { MacAddress } from './mac-address.js';
import type { PciAddress } from './pci-address.js';

/** What a hypervisor knows of addresses that it or its DHCP servers gave out or met. */
export interface HostEvidence {
  readonly leases: readonly DhcpLease[];
  readonly neighbours: readonly Neighbour[];
  /** The hypervisor has `dhcp_release`, which makes dnsmasq drop a lease. */
  readonly canReleaseLeases?: boolean;
  /** Every PCI function of the machine; left out where they could not be read. */
  readonly functions?: ReadonlySet<PciAddress>;
}

/** A lease of one of libvirt's own DHCP servers. */
export interface DhcpLease {
  /** libvirt's network. */
  readonly network: string;
  /** The host's bridge that the network runs on. */
  readonly bridge: string | null;
  readonly mac: MacAddress;
  readonly address: string;
  /** Length of the subnet's prefix in bits; left out where it is not known. */
  readonly prefix?: number;
  readonly hostname: string | null;
  /** The client identifier that the guest sent, "ff:…" or "01:MAC"; left out where it is not known. */
  readonly clientId?: string | null;
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
