import { pciParts } from './device-address.js';
import type { DomainXml, InterfaceXml } from './domain.js';
import { withoutAddressAndAlias } from './edit.js';
import {
  attribute,
  childElements,
  element,
  find,
  withAttributes,
  withChild,
  type XmlElement,
} from './tree.js';

/**
 * A NIC of one definition as it is to be written into the other: on its network rather than where libvirt has put its
 * port, without libvirt's own alias and target name; with its PCI address where that slot is free there, or is that of
 * its counterpart.
 */
export function forOtherDefinition(
  nic: InterfaceXml,
  other: DomainXml,
  counterpart: InterfaceXml | null,
): XmlElement {
  const bare = withoutAddressAndAlias(onItsNetwork(nic.element));
  const address = find(nic.element, 'address');
  if (nic.pciAddress === null || address === null) return bare;
  const { bus, slot } = pciParts(nic.pciAddress);
  const free = other.usedSlots.get(bus)?.has(slot) !== true;
  const exists = bus === 0 || other.controllers.some(({ index }) => index === bus);
  const own = counterpart?.pciAddress === nic.pciAddress;
  return exists && (free || own) ? withChild(bare, 'address', address) : bare;
}

/** The persistent element with what belongs to the running device: for libvirt's update call. */
export function asUpdateOf(live: InterfaceXml, wanted: XmlElement): XmlElement {
  return ['target', 'alias', 'address'].reduce(
    (made, name) => withChild(made, name, find(live.element, name)),
    wanted,
  );
}

// What libvirt changes of a running interface in place (src/qemu/qemu_hotplug.c, qemuDomainChangeNet).
const CHANGEABLE =
  /^(@type|@trustGuestRxFilters|source|link|bandwidth|filterref|vlan|coalesce|port)(\[|\/|$)/;

/** True when libvirt can make the running NIC differ in these places without taking it out. */
export function changeableInPlace(paths: readonly string[]): boolean {
  return paths.every((path) => CHANGEABLE.test(path));
}

function onItsNetwork(original: XmlElement): XmlElement {
  const source = find(original, 'source');
  const network = attribute(source, 'network');
  if (!source || network === null) return original;
  const portgroup = attribute(source, 'portgroup') ?? undefined;
  const kept = element('source', { network, portgroup }, childElements(source));
  return withChild(withAttributes(original, { type: 'network' }), 'source', kept);
}
