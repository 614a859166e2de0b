import { ErrorCode } from '../generated/constants/error-code.js';
import { Failure } from './failure.js';
import { child } from './xml/edit.js';
import type { XmlElement } from './xml/tree.js';

/** A guest PCI address as domain XML writes it. */
export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly slot: number;
  readonly function: number;
}

/** The PCI address of a device element; undefined when it has none. */
export function pciAddressOf(device: XmlElement): PciAddress | undefined {
  const address = child(device, 'address');
  if (address?.attributes.get('type') !== 'pci') return undefined;
  const part = (name: string): number => Number(address.attributes.get(name) ?? 0);
  const parsed = { domain: part('domain'), bus: part('bus'), slot: part('slot'), function: part('function') };
  return Object.values(parsed).every((value) => Number.isInteger(value)) ? parsed : undefined;
}

/** "0000:01:00.0". */
export function formatPci({ domain, bus, slot, function: fn }: PciAddress): string {
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn.toString(16)}`;
}

/** The address element that libvirt writes. */
export function pciElement({ domain, bus, slot, function: fn }: PciAddress): string {
  const parts = `domain='0x${hex(domain, 4)}' bus='0x${hex(bus, 2)}' slot='0x${hex(slot, 2)}'`;
  return `<address type='pci' ${parts} function='0x${fn.toString(16)}'/>`;
}

/**
 * A free address for a new device: the first root port with nothing behind it, or on i440fx the first free slot.
 * @throws Failure 1, "No more available PCI slots", as libvirt does.
 */
export function freeAddress(devices: XmlElement): PciAddress {
  const used = new Set(usedAddresses(devices).map(({ bus, slot }) => `${bus}.${slot}`));
  const candidates = ports(devices).filter(({ bus, slot }) => !used.has(`${bus}.${slot}`));
  const [free] = candidates;
  if (free === undefined) throw new Failure(ErrorCode.INTERNAL_ERROR, 'No more available PCI slots');
  return free;
}

/** Throws Failure 27 when the address is taken, as libvirt does. */
export function assertFree(devices: XmlElement, wanted: PciAddress): void {
  const text = formatPci(wanted);
  if (usedAddresses(devices).some((address) => formatPci(address) === text)) {
    throw new Failure(ErrorCode.XML_ERROR, `Attempted double use of PCI Address ${text}`);
  }
}

function usedAddresses(devices: XmlElement): PciAddress[] {
  return devices.children.map(pciAddressOf).filter((address) => address !== undefined);
}

/** Where devices can be plugged, in libvirt's order. */
function ports(devices: XmlElement): PciAddress[] {
  const controllers = devices.children.filter(
    ({ name, attributes }) => name === 'controller' && attributes.get('type') === 'pci',
  );
  const models = controllers.map(({ attributes }) => attributes.get('model'));
  if (models.includes('pci-root')) {
    return Array.from({ length: 31 }, (_, index) => ({ domain: 0, bus: 0, slot: index + 1, function: 0 }));
  }
  return controllers
    .filter(({ attributes }) => attributes.get('model') === 'pcie-root-port')
    .map(({ attributes }) => ({ domain: 0, bus: Number(attributes.get('index')), slot: 0, function: 0 }))
    .sort((a, b) => a.bus - b.bus);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
