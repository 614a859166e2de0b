import { pciPath, type PciAddress, type PciPath } from '../nic/pci-address.js';
import { pciParts, readPci } from './device-address.js';
import { libvirtNumber } from './numbers.js';
import { attribute, childElements, firstChild, type XmlElement } from './tree.js';

/** One `<controller type='pci'>`: a bus of the guest, or the port that leads to one. */
export interface PciController {
  /** libvirt's number of the bus behind it; the guest may number it otherwise. */
  readonly index: number;
  /** "pcie-root", "pcie-root-port", "pci-bridge", … */
  readonly model: string;
  readonly alias: string | null;
  /** Where it sits itself; null for a root. */
  readonly address: PciAddress | null;
  /** `<target hotplug>`; null when not set, which means on. */
  readonly hotplug: 'on' | 'off' | null;
  readonly chassis: number | null;
  readonly port: number | null;
}

/** A guest's PCI buses, as its definition has them. */
export interface PciBuses {
  /** One without an index or with an index above 255 is no bus and is left out. */
  readonly controllers: readonly PciController[];
  /**
   * The guest's path to a function: the chain of controllers from the root bus down. Null when a controller on the way
   * is not in the definition, when they form a ring, or behind a pci-expander-bus, whose bridge libvirt does not show.
   */
  pathOf(address: PciAddress): PciPath | null;
}

/** Reads the controllers below `<devices>`. */
export function readPciBuses(devices: XmlElement | null): PciBuses {
  const elements = devices ? childElements(devices, 'controller') : [];
  if (last && isSame(last.elements, elements)) return last.buses;
  const buses = new Buses(elements);
  last = { elements, buses };
  return buses;
}

// Of many definitions that are read with what is known of each other (known-elements.ts) most have the very same
// controllers.
let last: { readonly elements: readonly XmlElement[]; readonly buses: PciBuses } | null = null;

function isSame(some: readonly XmlElement[], others: readonly XmlElement[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

class Buses implements PciBuses {
  readonly controllers: readonly PciController[];
  readonly #paths = new Map<PciAddress, PciPath | null>();

  constructor(elements: readonly XmlElement[]) {
    this.controllers = elements.flatMap((element) => readController(element) ?? []);
  }

  pathOf(address: PciAddress): PciPath | null {
    let path = this.#paths.get(address);
    if (path === undefined) {
      path = pathThrough(this.controllers, address);
      this.#paths.set(address, path);
    }
    return path;
  }
}

function readController(element: XmlElement): PciController | null {
  const index = libvirtNumber(attribute(element, 'index'), 0xff);
  if (attribute(element, 'type') !== 'pci' || index === null) return null;
  const target = firstChild(element, 'target');
  const hotplug = attribute(target, 'hotplug');
  return {
    index,
    model: attribute(element, 'model') ?? '',
    alias: attribute(firstChild(element, 'alias'), 'name'),
    address: readPci(firstChild(element, 'address')),
    hotplug: hotplug === 'on' || hotplug === 'off' ? hotplug : null,
    chassis: libvirtNumber(attribute(target, 'chassis')),
    port: libvirtNumber(attribute(target, 'port')),
  };
}

function pathThrough(controllers: readonly PciController[], address: PciAddress): PciPath | null {
  const chain: PciAddress[] = [];
  for (let at = address; ;) {
    chain.unshift(at);
    const { bus } = pciParts(at);
    const above = controllers.find((controller) => controller.index === bus);
    if (above ? startsABus(above) : bus === 0) return pciPath(chain);
    if (!above?.address || above.model === 'pci-expander-bus' || chain.length > controllers.length)
      return null;
    at = above.address;
  }
}

/** A pcie-expander-bus has an address too, but its bus is a root of its own in the guest. */
function startsABus(controller: PciController): boolean {
  return START_A_BUS.has(controller.model);
}

const START_A_BUS = new Set(['pci-root', 'pcie-root', 'pcie-expander-bus']);
