import type { PciAddress } from '../nic/pci-address.js';
import { readPci } from './device-address.js';
import { attribute, childElements, firstChild, type XmlElement } from './tree.js';

/** A `<hostdev>` of a definition that gives the guest a PCI function of the host. What is not there is null. */
export interface HostdevXml {
  /** The function of the host; null where the element does not say. */
  readonly function: PciAddress | null;
  /** libvirt's address of it in the guest. */
  readonly pciAddress: PciAddress | null;
  readonly alias: string | null;
  /** libvirt takes it from its driver and gives it back; false where the operator does that. */
  readonly managed: boolean;
}

/** Every `<hostdev type="pci">` below `<devices>`, in order. */
export function readHostdevs(devices: XmlElement | null): readonly HostdevXml[] {
  const all = devices ? childElements(devices, 'hostdev') : [];
  return all
    .filter((element) => attribute(element, 'type') === 'pci')
    .map((element) => ({
      function: readPci(firstChild(firstChild(element, 'source'), 'address')),
      pciAddress: readPci(firstChild(element, 'address')),
      alias: attribute(firstChild(element, 'alias'), 'name'),
      managed: isManaged(element),
    }));
}

/** `managed` of a `<hostdev>` or of an `<interface type="hostdev">`; libvirt takes its absence for no. */
export function isManaged(element: XmlElement): boolean {
  return attribute(element, 'managed') === 'yes';
}
