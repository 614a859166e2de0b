import type { DomainXml, PciController } from './domain.js';

export { hotplugKind, type HotplugKind } from './hotplug-kind.js';

/** A slot that a NIC can be plugged into while the guest runs. */
export interface FreeSlot {
  /** libvirt's bus number: the index of the controller that leads to it. */
  readonly bus: number;
  readonly slot: number;
  /** "pcie-root-port", "pcie-to-pci-bridge", "pci-root", … */
  readonly controllerModel: string;
  /**
   * What fits: libvirt puts PCI Express devices (virtio, e1000e, igb, VFs) into `pcie` slots and conventional ones
   * (e1000, rtl8139) into `pci` slots; on a machine that has only `pci` ones everything goes there.
   */
  readonly connects: 'pcie' | 'pci';
}

/** The free hot-pluggable slots, by bus and slot. A ccw machine (s390x) has none: it needs none. */
export function freeSlots(domain: DomainXml): readonly FreeSlot[] {
  return domain.controllers
    .flatMap((controller) => candidates(controller, domain))
    .filter(({ bus, slot }) => !domain.usedSlots.get(bus)?.has(slot))
    .sort((a, b) => a.bus - b.bus || a.slot - b.slot);
}

const ONE_SLOT = new Set(['pcie-root-port', 'pcie-switch-downstream-port']);
const BRIDGES = new Set(['pci-bridge', 'pcie-to-pci-bridge']);

function candidates(controller: PciController, domain: DomainXml): readonly FreeSlot[] {
  const { index: bus, model: controllerModel } = controller;
  if (controller.hotplug === 'off') return [];
  if (ONE_SLOT.has(controllerModel)) return [{ bus, slot: 0, controllerModel, connects: 'pcie' }];
  if (BRIDGES.has(controllerModel) || controllerModel === 'pci-root')
    return slotsFrom(firstSlot(controller, domain)).map((slot) => ({
      bus,
      slot,
      controllerModel,
      connects: 'pci',
    }));
  return [];
}

/**
 * Slot 0 of a conventional bus is the bridge's own. On i440fx's root bus slot 1 is the PIIX3 chip and slot 2 is kept
 * for a graphics card even when there is none (libvirt src/qemu/qemu_domain_address.c); pseries keeps neither.
 */
function firstSlot({ model }: PciController, { machine }: DomainXml): number {
  return model === 'pci-root' && !machine?.startsWith('pseries') ? 3 : 1;
}

function slotsFrom(first: number): readonly number[] {
  return Array.from({ length: 32 - first }, (_, index) => first + index);
}
