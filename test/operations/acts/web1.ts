import { DomainXMLFlags } from 'node-libvirt';
import { cureFor, findingOn, look } from '../curing.js';
import { domainXml, MAC_A, MAC_B, userNic } from '../domains.js';
import type { TestWorld } from '../world.js';

const both = [userNic(MAC_A, 1), userNic(MAC_B, 2)];
/** web1 with one NIC, MAC_A, and with a second one, MAC_B. */
export const oneNic = domainXml({ nics: [userNic(MAC_A, 1)] });
export const twoNics = domainXml({ nics: both });

/** The running and the persistent definition of web1, as text. */
export async function definitions({ hypervisor }: TestWorld) {
  const domain = await hypervisor.act.domainLookupByName('web1');
  return [await domain.getXMLDesc(0), await domain.getXMLDesc(DomainXMLFlags.INACTIVE)] as const;
}

/** What is found about a NIC of web1, and its cure. */
export async function findings(world: TestWorld, mac = MAC_B) {
  const scan = await look(world.hypervisor, 'web1');
  const finding = findingOn(scan, mac);
  return { scan, finding, cure: cureFor(scan, finding), kind: finding.verdict.kind };
}

/** The kind of the verdict on a NIC of web1; null when it is in no plane. */
export async function kindOf(world: TestWorld, mac = MAC_B): Promise<string | null> {
  const { nics } = await look(world.hypervisor, 'web1');
  return nics.find(({ nic }) => nic.mac === mac)?.verdict.kind ?? null;
}
