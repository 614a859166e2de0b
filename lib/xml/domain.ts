import type { PciAddress, PciPath } from '../nic/pci-address.js';
import { HotnicError } from '../errors/hotnic-error.js';
import { pciPathThrough, readControllers, type PciController } from './controllers.js';
import { pciParts, readPci } from './device-address.js';
import { readInterfaces, type InterfaceXml } from './interface.js';
import { findMetadata } from './metadata.js';
import { parseXml } from './parse.js';
import { attribute, childElements, find, textOf, type XmlElement } from './tree.js';

export type { PciController } from './controllers.js';
export type { DeviceAddress } from './device-address.js';
export type { BandwidthXml, InterfaceXml, TeamingXml } from './interface.js';

/** A domain's definition, as far as NICs need it; `element` is all of it. */
export interface DomainXml {
  readonly element: XmlElement;
  readonly name: string;
  /** Null in a definition that was never given to libvirt. */
  readonly uuid: string | null;
  /** The hypervisor type: "kvm", "qemu", "test", "xen". */
  readonly type: string;
  /** libvirt's number of a running domain; null when it does not run. */
  readonly id: number | null;
  /** The machine type, "pc-q35-7.2"; null when the definition leaves it to the hypervisor. */
  readonly machine: string | null;
  readonly arch: string | null;
  /** `<features><acpi/>`. */
  readonly acpi: boolean;
  readonly interfaces: readonly InterfaceXml[];
  readonly controllers: readonly PciController[];
  /** The slots that have a function in them, by libvirt's bus number. */
  readonly usedSlots: ReadonlyMap<number, ReadonlySet<number>>;
  /** The arguments of `<qemu:commandline>`, in order. */
  readonly qemuArguments: readonly string[];
  /** The guest's path to a function (libvirt's address); null when the chain of controllers cannot be followed. */
  pciPathOf(address: PciAddress): PciPath | null;
  /** The element of a namespace below `<metadata>`; null when there is none. */
  metadata(namespace: string): XmlElement | null;
}

/**
 * Reads a domain's XML.
 * @throws HotnicError `xml-malformed`, `xml-doctype`, `xml-limit`, `domain-xml` (its root is no named `<domain>`)
 */
export function readDomain(xml: string): DomainXml {
  const root = parseXml(xml, { what: 'the domain definition' });
  const name = textOf(find(root, 'name'));
  if (root.name !== 'domain' || name === null || name === '')
    throw new HotnicError(
      'domain-xml',
      `a domain definition was expected; this is <${root.name}> without a name`,
    );
  const devices = find(root, 'devices');
  const type = find(root, 'os', 'type');
  const controllers = readControllers(devices);
  const id = Number(attribute(root, 'id') ?? Number.NaN);
  return {
    element: root,
    name,
    uuid: textOf(find(root, 'uuid')),
    type: attribute(root, 'type') ?? '',
    id: Number.isInteger(id) ? id : null,
    machine: attribute(type, 'machine'),
    arch: attribute(type, 'arch'),
    acpi: find(root, 'features', 'acpi') !== null,
    interfaces: readInterfaces(devices),
    controllers,
    usedSlots: usedSlots(devices),
    qemuArguments: qemuArguments(root),
    pciPathOf: (address) => pciPathThrough(controllers, address),
    metadata: (namespace) => findMetadata(root, namespace),
  };
}

/** Only a device's own address counts; that of a hostdev's source is the host's. */
function usedSlots(devices: XmlElement | null): ReadonlyMap<number, ReadonlySet<number>> {
  const used = new Map<number, Set<number>>();
  for (const device of devices ? childElements(devices) : []) {
    const address = find(device, 'address');
    const pci = attribute(address, 'type') === 'pci' ? readPci(address) : null;
    if (pci === null) continue;
    const { bus, slot } = pciParts(pci);
    used.set(bus, (used.get(bus) ?? new Set()).add(slot));
  }
  return used;
}

/** The prefix is the document's choice, so only the local names count. */
function qemuArguments(root: XmlElement): readonly string[] {
  const lines = childElements(root).filter((child) => /^[^:]+:commandline$/.test(child.name));
  return lines
    .flatMap((line) => childElements(line))
    .filter((child) => child.name.endsWith(':arg'))
    .flatMap((argument) => attribute(argument, 'value') ?? []);
}
