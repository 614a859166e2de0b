import { AffectFlags, DomainMetadataType, type Domain } from 'node-libvirt';
import { viewDomain, type DomainView } from '../hypervisor/domain-view.js';
import { explainLibvirt } from '../hypervisor/libvirt-error.js';
import { parseMac, type MacAddress } from '../nic/mac-address.js';
import { serialize } from '../xml/serialize.js';
import { attribute, childElements, element } from '../xml/tree.js';

/** libvirt keeps one element for each namespace, so the marks have one of their own beside the endpoint's. */
export const LIVE_ONLY_NAMESPACE = 'https://hotnic.org/xmlns/live-only/1';

// More NICs than any machine has slots for; a domain's metadata are not ours alone to write.
const MOST_MARKS = 256;

/** The NICs that the running domain's metadata mark as meant to be in its running definition alone. */
export function liveOnlyMarks({ live }: Pick<DomainView, 'live'>): readonly MacAddress[] {
  const mark = live?.metadata(LIVE_ONLY_NAMESPACE) ?? null;
  if (!mark) return [];
  return childElements(mark)
    .filter(({ name }) => /(^|:)nic$/.test(name))
    .slice(0, MOST_MARKS)
    .flatMap((nic) => parseMac(attribute(nic, 'mac') ?? '') ?? []);
}

/**
 * Marks a NIC as meant to be in the running definition alone, or takes the mark away. The mark is kept in the running
 * definition's metadata: it ends with the NIC, when the domain stops. Marks of NICs that have gone are dropped.
 * @throws HotnicError with libvirt's own words
 */
export async function markLiveOnly(domain: Domain, mac: MacAddress, meant: boolean): Promise<void> {
  const view = await viewDomain(domain);
  const there = new Set(view.live?.interfaces.flatMap((nic) => nic.mac ?? []));
  const others = liveOnlyMarks(view).filter((one) => one !== mac && there.has(one));
  const marks = meant ? [...others, mac] : others;
  const xml = serialize(
    element(
      'live-only',
      {},
      marks.map((one) => element('nic', { mac: one })),
    ),
  );
  try {
    await domain.setMetadata(
      DomainMetadataType.ELEMENT,
      marks.length === 0 ? null : xml,
      'hotnic-live-only',
      LIVE_ONLY_NAMESPACE,
      AffectFlags.LIVE,
    );
  } catch (error) {
    throw explainLibvirt(error, `mark ${mac} of ${domain.name} as meant to be live only`);
  }
}
