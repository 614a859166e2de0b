import type { PciAddress, PciPath } from '../nic/pci-address.js';
import { HotnicError } from '../errors/hotnic-error.js';
import { readPciBuses, type PciBuses, type PciController } from './controllers.js';
import { pciParts, readPci } from './device-address.js';
import { readHostdevs, type HostdevXml } from './hostdev.js';
import { readInterfaces, type InterfaceXml } from './interface.js';
import type { KnownElements } from './known-elements.js';
import { findMetadata } from './metadata.js';
import { parseXml } from './parse.js';
import { parsePlain } from './plain.js';
import { attribute, childElements, find, firstChild, textOf, type XmlElement } from './tree.js';

export type { PciController } from './controllers.js';
export type { DeviceAddress } from './device-address.js';
export type { HostdevXml } from './hostdev.js';
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
  /** The PCI functions of the host that are given as `<hostdev>`; NICs may be among them. */
  readonly hostdevs: readonly HostdevXml[];
  /** The guest's addresses of these. */
  readonly hostdevAddresses: readonly PciAddress[];
  /** The arguments of `<qemu:commandline>`, in order. */
  readonly qemuArguments: readonly string[];
  /** The guest's path to a function (libvirt's address); null when the chain of controllers cannot be followed. */
  pciPathOf(address: PciAddress): PciPath | null;
  /** The element of a namespace below `<metadata>`; null when there is none. */
  metadata(namespace: string): XmlElement | null;
}

/**
 * Reads a domain's XML. `known` is for reading many: what was read of the others.
 * @throws HotnicError `xml-malformed`, `xml-doctype`, `xml-limit`, `domain-xml` (its root is no named `<domain>`)
 */
export function readDomain(xml: string, known?: KnownElements): DomainXml {
  return new ReadDomain(xml, known);
}

class ReadDomain implements DomainXml {
  readonly name: string;
  readonly uuid: string | null;
  readonly type: string;
  readonly id: number | null;
  readonly machine: string | null;
  readonly arch: string | null;
  readonly acpi: boolean;
  readonly interfaces: readonly InterfaceXml[];
  readonly hostdevs: readonly HostdevXml[];
  readonly qemuArguments: readonly string[];
  readonly #xml: string;
  readonly #buses: PciBuses;
  readonly #hasMetadata: boolean;
  #tree: WeakRef<XmlElement> | null = null;
  #used: DomainXml['usedSlots'] | null = null;

  constructor(xml: string, known: KnownElements | undefined) {
    this.#xml = xml;
    const { root, textOfNic } = readOnce(xml, known);
    const name = textOf(firstChild(root, 'name'));
    if (root.name !== 'domain' || name === null || name === '')
      throw new HotnicError(
        'domain-xml',
        `a domain definition was expected; this is <${root.name}> without a name`,
      );
    const devices = firstChild(root, 'devices');
    const type = find(root, 'os', 'type');
    const id = attribute(root, 'id');
    this.name = name;
    this.uuid = textOf(firstChild(root, 'uuid'));
    this.type = attribute(root, 'type') ?? '';
    this.id = id !== null && Number.isInteger(Number(id)) ? Number(id) : null;
    this.machine = attribute(type, 'machine');
    this.arch = attribute(type, 'arch');
    this.acpi = find(root, 'features', 'acpi') !== null;
    this.interfaces = readInterfaces(devices, (nic, index) => ({
      text: textOfNic(nic),
      again: () => this.#nic(index),
    }));
    this.hostdevs = readHostdevs(devices);
    this.#buses = readPciBuses(devices);
    this.qemuArguments = qemuArguments(root);
    this.#hasMetadata = firstChild(root, 'metadata') !== null;
  }

  /** Read again when it is wanted; a tree that still is in memory is used again. */
  get element(): XmlElement {
    const there = this.#tree?.deref();
    if (there) return there;
    const root = parseXml(this.#xml, { what: 'the domain definition' });
    this.#tree = new WeakRef(root);
    return root;
  }

  get usedSlots(): DomainXml['usedSlots'] {
    return (this.#used ??= usedSlots(firstChild(this.element, 'devices')));
  }

  get hostdevAddresses(): DomainXml['hostdevAddresses'] {
    return this.hostdevs.flatMap(({ pciAddress }) => pciAddress ?? []);
  }

  get controllers(): readonly PciController[] {
    return this.#buses.controllers;
  }

  pciPathOf(address: PciAddress): PciPath | null {
    return this.#buses.pathOf(address);
  }

  metadata(namespace: string): XmlElement | null {
    return this.#hasMetadata ? findMetadata(this.element, namespace) : null;
  }

  #nic(index: number): XmlElement {
    const devices = firstChild(this.element, 'devices');
    const nic = devices && childElements(devices, 'interface')[index];
    return nic ?? { kind: 'element', name: 'interface', attributes: new Map(), children: [] };
  }
}

/** The tree for the time of reading, and how each NIC is written; null where that takes the full parser to tell. */
function readOnce(
  xml: string,
  known: KnownElements | undefined,
): {
  readonly root: XmlElement;
  readonly textOfNic: (nic: XmlElement) => string | null;
} {
  if (xml.length <= PLAIN_LIMIT) {
    const spans = new Map<XmlElement, string>();
    const on = (nic: XmlElement, from: number, to: number) => void spans.set(nic, xml.slice(from, to));
    const root = parsePlain(xml, { withoutSpace: true, span: { name: 'interface', on }, known });
    if (root) return { root, textOfNic: (nic) => spans.get(nic) ?? null };
  }
  return { root: parseXml(xml, { what: 'the domain definition' }), textOfNic: () => null };
}

// Longer definitions are rare, and parseXml knows its own limit.
const PLAIN_LIMIT = 1_048_576;

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
  const values: string[] = [];
  for (const line of childElements(root)) {
    if (!line.name.endsWith(':commandline')) continue;
    for (const argument of childElements(line)) {
      const value = argument.name.endsWith(':arg') ? attribute(argument, 'value') : null;
      if (value !== null) values.push(value);
    }
  }
  return values;
}
