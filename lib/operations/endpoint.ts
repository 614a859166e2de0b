import {
  AffectFlags,
  DomainMetadataType,
  InterfaceAddressesSource,
  isLibvirtError,
  type Domain,
} from 'node-libvirt';
import { explainLibvirt } from '../hypervisor/libvirt-error.js';
import { viewDomain } from '../hypervisor/domain-view.js';
import { attribute, element } from '../xml/tree.js';
import { serialize } from '../xml/serialize.js';

/** The XML namespace under which hotnic keeps what it stores in a domain's metadata. */
export const METADATA_NAMESPACE = 'https://hotnic.org/xmlns/domain/1';

/** Where the guest answers SSH, as stored in the domain's metadata; null when nothing is stored. */
export async function storedEndpoint(domain: Domain): Promise<string | null> {
  const { live, config } = await viewDomain(domain);
  return attribute((live ?? config)?.metadata(METADATA_NAMESPACE) ?? null, 'ssh');
}

/**
 * Stores where the guest answers SSH in every definition that there is; null takes it out.
 * @throws HotnicError with libvirt's own words
 */
export async function storeEndpoint(domain: Domain, ssh: string | null): Promise<void> {
  const { active, persistent } = await viewDomain(domain);
  const flags = (active ? AffectFlags.LIVE : 0) | (persistent ? AffectFlags.CONFIG : 0);
  const xml = ssh === null ? null : serialize(element('endpoint', { ssh }));
  try {
    await domain.setMetadata(DomainMetadataType.ELEMENT, xml, 'hotnic', METADATA_NAMESPACE, flags);
  } catch (error) {
    throw explainLibvirt(error, `store the endpoint of ${domain.name}`);
  }
}

/** Addresses of the guest that libvirt knows: from its DHCP leases, then from the guest agent. IPv4 first. */
export async function knownAddresses(domain: Domain): Promise<readonly string[]> {
  const found: string[] = [];
  // ARP is left out: it fails on libvirt 9.0 with recent kernels ("wrong nlmsg len", measured).
  for (const source of [InterfaceAddressesSource.LEASE, InterfaceAddressesSource.AGENT]) {
    const interfaces = await domain.interfaceAddresses(source, 0).catch((error: unknown) => {
      // No agent, or the domain has just stopped: this source knows nothing.
      if (isLibvirtError(error)) return [];
      throw error;
    });
    const addresses = interfaces
      .filter(({ name }) => name !== 'lo')
      .flatMap(({ addrs }) => addrs.map(({ addr }) => addr));
    found.push(...addresses.filter((address) => !address.startsWith('fe80:') && !address.startsWith('127.')));
  }
  return found.sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
}
