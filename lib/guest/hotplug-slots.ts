import type { PciPath } from '../nic/pci-address.js';
import type { GuestProbe } from './probe-types.js';

export interface ServedBy {
  readonly native: boolean;
  readonly acpi: boolean;
}

/**
 * Which drivers serve the slot behind a port; without a port, which serve any slot. Null when the guest does not show
 * the port.
 */
export function servedSlots(probe: GuestProbe, portPath?: PciPath): ServedBy | null {
  const { pciehpPorts, slots } = probe.hotplug;
  const acpi = slots.filter(
    (slot) => slot.driver === 'acpiphp' || (slot.driver === null && slot.power !== null),
  );
  if (portPath === undefined)
    return { native: pciehpPorts.length > 0, acpi: acpi.length > 0 && !allNative(probe) };
  const port = probe.pci.find((candidate) => candidate.path === portPath);
  if (port === undefined) return null;
  const native = pciehpPorts.includes(port.address);
  const bus = port.secondaryBus;
  const behind = acpi.some((slot) => bus !== null && (slot.address?.startsWith(`${bus}:`) ?? false));
  return { native, acpi: behind && !native };
}

/** Every served slot whose driver is not named lies behind a port of pciehp. */
function allNative(probe: GuestProbe): boolean {
  const { pciehpPorts, slots } = probe.hotplug;
  if (slots.some((slot) => slot.driver === 'acpiphp')) return false;
  const buses = probe.pci
    .filter((port) => pciehpPorts.includes(port.address))
    .map((port) => port.secondaryBus);
  return slots
    .filter((slot) => slot.driver === null && slot.power !== null)
    .every((slot) => buses.some((bus) => bus !== null && (slot.address?.startsWith(`${bus}:`) ?? false)));
}
