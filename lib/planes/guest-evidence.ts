import { servedSlots } from '../guest/hotplug-slots.js';
import { printable } from '../guest/printable.js';
import type { GuestProbe } from '../guest/probe-types.js';
import { disablingArgument } from '../guest/readiness.js';
import type { GuestEvidence, GuestSlot } from '../nic/guest-evidence.js';
import type { PciPath } from '../nic/pci-address.js';

/** What a probe says of the guest's slots, and of what holds on to a netdev. */
export function readGuestEvidence(probe: GuestProbe): GuestEvidence {
  return {
    slots: [...rootSlots(probe), ...portSlots(probe)],
    deafBy: disablingArgument(probe),
    holders: probe.holders,
    tunnels: probe.netdevs
      .filter(({ kind }) => kind !== null && TUNNELS.has(kind))
      .map(({ name, kind }) => `${printable(name, 16)} (${kind ?? ''})`),
    configComplete: probe.config?.complete === true,
  };
}

// DEVTYPE of the kernel's drivers of that kind.
const TUNNELS = new Set(['wireguard', 'ovpn', 'ovpn-dco', 'vxlan', 'geneve', 'gtp', 'l2tpeth', 'wwan']);

/** Slots of the root bus itself: i440fx has them. */
function rootSlots(probe: GuestProbe): GuestSlot[] {
  return probe.hotplug.slots.flatMap(({ address, power, driver }) => {
    if (
      address === null ||
      probe.pci.some(({ secondaryBus }) => address.startsWith(`${secondaryBus ?? '-'}:`))
    )
      return [];
    const servedBy = driver === 'acpiphp' || (driver === null && power !== null) ? 'acpiphp' : null;
    return [{ path: `${address.slice(8)}.0` as PciPath, servedBy, power }];
  });
}

/** What is behind ports and bridges. */
function portSlots(probe: GuestProbe): GuestSlot[] {
  return probe.pci.flatMap((port): GuestSlot[] => {
    if (port.secondaryBus === null) return [];
    const served = servedSlots(probe, port.path);
    const servedBy = served?.native === true ? 'pciehp' : served?.acpi === true ? 'acpiphp' : null;
    const slots = probe.hotplug.slots.filter(({ address }) =>
      address?.startsWith(`${port.secondaryBus ?? ''}:`),
    );
    const paths = slots.length === 0 ? ['00'] : slots.map(({ address }) => address?.slice(8) ?? '00');
    return paths.map((device, index) => ({
      path: `${port.path}/${device}.0` as PciPath,
      servedBy,
      power: slots[index]?.power ?? null,
    }));
  });
}
