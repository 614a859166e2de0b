import { parseMac, type MacAddress } from '../nic/mac-address.js';
import type { PciAddress } from '../nic/pci-address.js';
import { readDeviceAddress, readPci, type DeviceAddress } from './device-address.js';
import { isManaged } from './hostdev.js';
import { libvirtNumber } from './numbers.js';
import { attribute, childElements, find, firstChild, type XmlElement } from './tree.js';

/** One `<interface>` of a definition. What is not there is null. */
export interface InterfaceXml {
  /** The element itself, complete: changes are made from it (edit.ts). */
  readonly element: XmlElement;
  /** The element as it stands in the document; null where that is not known (writtenAlike). */
  readonly written: string | null;
  /** "network", "bridge", "direct", …, as it stands in the XML. */
  readonly type: string;
  readonly mac: MacAddress | null;
  readonly model: string | null;
  readonly alias: string | null;
  /** The host's device, `<target dev>`. */
  readonly target: string | null;
  /** The attributes of `<source>`: network, bridge, dev, mode, path, portgroup, portid, … */
  readonly source: Readonly<Partial<Record<string, string>>>;
  /** What it is connected to in a few words: "network default", "bridge br0", "pci 0000:01:10.0". */
  readonly sourceText: string;
  readonly address: DeviceAddress | null;
  /** The guest's PCI address as libvirt numbers it; null for other buses. */
  readonly pciAddress: PciAddress | null;
  /** Null when not set, which libvirt takes as up. */
  readonly linkState: 'up' | 'down' | null;
  readonly mtu: number | null;
  readonly bootOrder: number | null;
  /** The host's PCI function behind a `hostdev` interface. */
  readonly hostdevSource: PciAddress | null;
  /** libvirt takes that function from its driver and gives it back; false for other interfaces. */
  readonly managed: boolean;
  readonly teaming: TeamingXml | null;
  readonly bandwidth: { readonly inbound: BandwidthXml | null; readonly outbound: BandwidthXml | null };
}

export interface TeamingXml {
  readonly type: string;
  /** The alias of the persistent partner; null for the persistent one itself. */
  readonly persistent: string | null;
}

/** Rates in KiB/s (libvirt's "kilobytes", 1024 bytes), burst in KiB. */
export interface BandwidthXml {
  readonly average: number | null;
  readonly peak: number | null;
  readonly burst: number | null;
  readonly floor: number | null;
}

/** How an interface is written, and how to come by its tree later. */
export interface Written {
  /** Null where that is not known. */
  readonly text: string | null;
  /** Reads the tree again. */
  readonly again: () => XmlElement;
}

/**
 * Reads an `<interface>` element; nothing in it is required. Given how it is written, the tree is let go: it takes
 * thirty times the room of its text, and of most NICs of a scan nobody wants to see it.
 */
export function readInterface(element: XmlElement, written: Written | null = null): InterfaceXml {
  return new ReadInterface(element, written);
}

/** Every `<interface>` below `<devices>`, in order. */
export function readInterfaces(
  devices: XmlElement | null,
  written: (nic: XmlElement, index: number) => Written | null = () => null,
): readonly InterfaceXml[] {
  return devices
    ? childElements(devices, 'interface').map((nic, index) => new ReadInterface(nic, written(nic, index)))
    : [];
}

class ReadInterface implements InterfaceXml {
  readonly written: string | null;
  readonly type: string;
  readonly mac: MacAddress | null;
  readonly model: string | null;
  readonly alias: string | null;
  readonly target: string | null;
  readonly source: InterfaceXml['source'];
  readonly sourceText: string;
  readonly address: DeviceAddress | null;
  readonly pciAddress: PciAddress | null;
  readonly linkState: 'up' | 'down' | null;
  readonly mtu: number | null;
  readonly bootOrder: number | null;
  readonly hostdevSource: PciAddress | null;
  readonly managed: boolean;
  readonly teaming: TeamingXml | null;
  readonly bandwidth: InterfaceXml['bandwidth'];
  readonly #element: () => XmlElement;

  constructor(element: XmlElement, written: Written | null) {
    const child = (name: string) => firstChild(element, name);
    const source = child('source');
    const linkState = attribute(child('link'), 'state');
    this.#element = written?.again ?? (() => element);
    this.written = written?.text ?? null;
    this.type = attribute(element, 'type') ?? '';
    this.mac = parseMac(attribute(child('mac'), 'address') ?? '');
    this.model = attribute(child('model'), 'type');
    this.alias = attribute(child('alias'), 'name');
    this.target = attribute(child('target'), 'dev');
    this.source = source ? Object.fromEntries(source.attributes) : NONE;
    this.hostdevSource = readPci(firstChild(source, 'address'));
    this.managed = isManaged(element);
    this.sourceText = sourceText(this.type, source, this.hostdevSource);
    this.address = readDeviceAddress(child('address'));
    this.pciAddress = this.address?.kind === 'pci' ? this.address.pci : null;
    this.linkState = linkState === 'up' || linkState === 'down' ? linkState : null;
    this.mtu = libvirtNumber(attribute(child('mtu'), 'size'));
    this.bootOrder = libvirtNumber(attribute(child('boot'), 'order'));
    this.teaming = teaming(child('teaming'));
    this.bandwidth = bandwidths(child('bandwidth'));
  }

  get element(): XmlElement {
    return this.#element();
  }
}

const NONE = {};

function sourceText(type: string, source: XmlElement | null, hostdev: PciAddress | null): string {
  if (hostdev !== null) return `pci ${hostdev}`;
  const named = SOURCES.find((name) => source?.attributes.has(name));
  return named === undefined ? type : `${named} ${attribute(source, named) ?? ''}`;
}

const SOURCES = ['network', 'bridge', 'dev', 'path', 'name', 'address'];

function teaming(element: XmlElement | null): TeamingXml | null {
  const type = attribute(element, 'type');
  return type === null ? null : { type, persistent: attribute(element, 'persistent') };
}

const UNLIMITED: InterfaceXml['bandwidth'] = { inbound: null, outbound: null };

function bandwidths(element: XmlElement | null): InterfaceXml['bandwidth'] {
  if (!element) return UNLIMITED;
  return { inbound: bandwidth(find(element, 'inbound')), outbound: bandwidth(find(element, 'outbound')) };
}

function bandwidth(element: XmlElement | null): BandwidthXml | null {
  if (!element) return null;
  const part = (name: string) => libvirtNumber(attribute(element, name));
  return { average: part('average'), peak: part('peak'), burst: part('burst'), floor: part('floor') };
}
