import { parseMac, type MacAddress } from '../nic/mac-address.js';
import type { PciAddress } from '../nic/pci-address.js';
import { readDeviceAddress, readPci, type DeviceAddress } from './device-address.js';
import { libvirtNumber } from './numbers.js';
import { attribute, childElements, find, type XmlElement } from './tree.js';

/** One `<interface>` of a definition. What is not there is null. */
export interface InterfaceXml {
  /** The element itself, complete: changes are made from it (edit.ts). */
  readonly element: XmlElement;
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

/** Reads an `<interface>` element; nothing in it is required. */
export function readInterface(element: XmlElement): InterfaceXml {
  const source = find(element, 'source');
  const address = readDeviceAddress(find(element, 'address'));
  const linkState = attribute(find(element, 'link'), 'state');
  const hostdevSource = readPci(find(source, 'address'));
  const type = attribute(element, 'type') ?? '';
  return {
    element,
    type,
    mac: parseMac(attribute(find(element, 'mac'), 'address') ?? ''),
    model: attribute(find(element, 'model'), 'type'),
    alias: attribute(find(element, 'alias'), 'name'),
    target: attribute(find(element, 'target'), 'dev'),
    source: Object.fromEntries(source?.attributes ?? []),
    sourceText: sourceText(type, source, hostdevSource),
    address,
    pciAddress: address?.kind === 'pci' ? address.pci : null,
    linkState: linkState === 'up' || linkState === 'down' ? linkState : null,
    mtu: libvirtNumber(attribute(find(element, 'mtu'), 'size')),
    bootOrder: libvirtNumber(attribute(find(element, 'boot'), 'order')),
    hostdevSource,
    teaming: teaming(find(element, 'teaming')),
    bandwidth: {
      inbound: bandwidth(find(element, 'bandwidth', 'inbound')),
      outbound: bandwidth(find(element, 'bandwidth', 'outbound')),
    },
  };
}

/** Every `<interface>` below `<devices>`, in order. */
export function readInterfaces(devices: XmlElement | null): readonly InterfaceXml[] {
  return devices ? childElements(devices, 'interface').map(readInterface) : [];
}

function sourceText(type: string, source: XmlElement | null, hostdev: PciAddress | null): string {
  if (hostdev !== null) return `pci ${hostdev}`;
  const named = ['network', 'bridge', 'dev', 'path', 'name', 'address'].find((name) =>
    source?.attributes.has(name),
  );
  return named === undefined ? type : `${named} ${attribute(source, named) ?? ''}`;
}

function teaming(element: XmlElement | null): TeamingXml | null {
  const type = attribute(element, 'type');
  return type === null ? null : { type, persistent: attribute(element, 'persistent') };
}

function bandwidth(element: XmlElement | null): BandwidthXml | null {
  if (!element) return null;
  const part = (name: string) => libvirtNumber(attribute(element, name));
  return { average: part('average'), peak: part('peak'), burst: part('burst'), floor: part('floor') };
}
