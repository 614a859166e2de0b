import { pciAddress, type PciAddress } from '../nic/pci-address.js';
import { libvirtNumber } from './numbers.js';
import { attribute, type XmlElement } from './tree.js';

/** Where a device sits in the guest, as its own `<address>` says it. */
export type DeviceAddress =
  | { readonly kind: 'pci'; readonly pci: PciAddress; readonly multifunction: boolean }
  /** s390 channel address: "fe.0.0001". */
  | { readonly kind: 'ccw'; readonly devno: string }
  | { readonly kind: 'other'; readonly type: string };

/** Reads an `<address>`; null when there is none, or it names no place (`<address type='pci'/>` before assignment). */
export function readDeviceAddress(address: XmlElement | null): DeviceAddress | null {
  const type = attribute(address, 'type');
  if (!address || type === null) return null;
  if (type === 'pci') {
    const pci = readPci(address);
    return pci && { kind: 'pci', pci, multifunction: attribute(address, 'multifunction') === 'on' };
  }
  if (type === 'ccw') {
    const [cssid, ssid, devno] = ['cssid', 'ssid', 'devno'].map((name) =>
      libvirtNumber(attribute(address, name)),
    );
    if (cssid == null || ssid == null || devno == null) return null;
    return {
      kind: 'ccw',
      devno: `${cssid.toString(16)}.${ssid.toString(16)}.${devno.toString(16).padStart(4, '0')}`,
    };
  }
  return { kind: 'other', type };
}

/** The PCI address in the attributes of an element, of a device or of a hostdev's source; null when it has none. */
export function readPci(address: XmlElement | null): PciAddress | null {
  if (!address) return null;
  const { attributes } = address;
  if (!attributes.has('bus') && !attributes.has('slot') && !attributes.has('function')) return null;
  const domain = libvirtNumber(attributes.get('domain') ?? '0', 0xffff);
  const bus = libvirtNumber(attributes.get('bus') ?? '0', 0xff);
  const slot = libvirtNumber(attributes.get('slot') ?? '0', 0x1f);
  const fn = libvirtNumber(attributes.get('function') ?? '0', 7);
  return domain === null || bus === null || slot === null || fn === null
    ? null
    : pciAddress(domain, bus, slot, fn);
}

/** The parts of a PCI address as numbers. */
export function pciParts(address: PciAddress): {
  domain: number;
  bus: number;
  slot: number;
  function: number;
} {
  // Its form is fixed: "0000:01:00.0".
  const part = (from: number, to: number) => Number.parseInt(address.slice(from, to), 16);
  return { domain: part(0, 4), bus: part(5, 7), slot: part(8, 10), function: part(11, 12) };
}
