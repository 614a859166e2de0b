import { DomainXMLFlags, isNoDomain, type Domain } from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import { acting, observing } from '../../hypervisor/observing.js';
import type { MacAddress } from '../../nic/mac-address.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { readDomain, type DomainXml, type InterfaceXml } from '../../xml/domain.js';
import type { World } from './act.js';

/** Which domain: both the name that people know and the UUID that does not move to another one. */
export const domainFields = {
  domain: z.string().min(1).max(256),
  uuid: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
};

/** A unicast MAC address in its normal form. */
export const macField = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
  .transform((text) => text as MacAddress);

/** The id of a device or backend, as libvirt and QEMU take them. */
export const idField = z.string().regex(/^[A-Za-z][\w.-]{0,127}$/);

/** How a slot learns that its device should go (slot-rules.ts). */
export const slotField = z.enum(['acpi', 'native', 'pseries', 'none', 'unknown']);

/** XML of one interface. */
export const xmlField = z.string().min(1).max(65_536);

/**
 * The domain of that UUID, over the connection that observes when `watching`; over a new one where that was lost.
 * @throws HotnicError `domain-changed` when there is none any more
 */
export async function targetDomain(
  { hypervisor }: World,
  { domain, uuid }: { readonly domain: string; readonly uuid: string },
  watching = false,
): Promise<Domain> {
  const over = watching ? observing : acting;
  try {
    return await over(hypervisor, (connection) => connection.domainLookupByUUID(uuid));
  } catch (error) {
    if (!isNoDomain(error)) throw explainLibvirt(error, `look up the domain ${domain}`);
    throw new HotnicError('domain-changed', `the domain ${domain} (${uuid}) is not there any more`, {
      cause: error,
    });
  }
}

/** One definition as it is now. */
export async function readHalf(domain: Domain, half: 'live' | 'config'): Promise<DomainXml> {
  try {
    return readDomain(await domain.getXMLDesc(half === 'live' ? 0 : DomainXMLFlags.INACTIVE));
  } catch (error) {
    throw explainLibvirt(error, `read the definition of ${domain.name}`);
  }
}

/** How a NIC is found again in one definition: two may share a MAC, so its address counts where it is known. */
export interface NicPlace {
  readonly mac: MacAddress;
  readonly pciAddress: PciAddress | null;
}

/** The NIC at that place; null when it is not there. */
export function nicAt(definition: DomainXml, { mac, pciAddress }: NicPlace): InterfaceXml | null {
  const fitting = definition.interfaces.filter(
    (nic) =>
      nic.mac === mac && (pciAddress === null || nic.pciAddress === null || nic.pciAddress === pciAddress),
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** "the running definition of web1". */
export function halfOf(half: 'live' | 'config', domain: string): string {
  return `the ${half === 'live' ? 'running' : 'persistent'} definition of ${domain}`;
}
