import type { PciAddress } from '../../nic/pci-address.js';
import { servedSlots } from '../hotplug-slots.js';
import type { InspectedNic } from '../inspect/inspect-types.js';
import type { GuestPciFunction, GuestProbe } from '../probe-types.js';
import type { CheckFinding } from './check-types.js';
import type { PortCapabilities, Window } from './port-capabilities.js';

/** What a check knows of the guest's ports. */
export interface PortFacts {
  readonly capabilities: ReadonlyMap<PciAddress, PortCapabilities>;
  readonly windows: ReadonlyMap<PciAddress, Window>;
}

/** Free slots, what they can do, and whether a device's registers would fit behind them. */
export function slotFindings(probe: GuestProbe, facts: PortFacts, nic: InspectedNic | null): CheckFinding[] {
  const places = servedPlaces(probe);
  const free = places.filter(({ occupied }) => !occupied);
  const findings: CheckFinding[] = [];
  if (places.length > 0)
    findings.push({
      topic: 'slots',
      level: free.length > 0 ? 'ok' : 'warn',
      text: `${free.length} of ${places.length} hot-plug slots are free`,
      ...(free.length > 0
        ? {}
        : {
            why: 'a PCI NIC needs a slot, and a PCI Express NIC a port of its own',
            next: 'add a pcie-root-port (the guest must be off), or take a NIC out',
          }),
    });
  const ports = places.flatMap(({ port }) => port ?? []);
  findings.push(...ports.flatMap((port) => stateOf(port, facts.capabilities.get(port.address))));
  findings.push(
    ...windowFindings(
      free.flatMap(({ port }) => port ?? []),
      facts.windows,
    ),
  );
  if (nic !== null) findings.push(...ownSlot(probe, nic, facts));
  return findings;
}

interface Place {
  /** The port that the slot is behind; null on the root bus. */
  readonly port: GuestPciFunction | null;
  readonly occupied: boolean;
}

/** Slots that a hot-plug driver serves: those behind pciehp's ports, and acpiphp's, also on the root bus. */
function servedPlaces(probe: GuestProbe): Place[] {
  const { pciehpPorts, slots } = probe.hotplug;
  const native = probe.pci.filter(({ address }) => pciehpPorts.includes(address));
  const acpi = slots.filter(({ driver, address }) => driver === 'acpiphp' && address !== null);
  return [
    ...native.map((port) => ({
      port,
      occupied: probe.pci.some((one) => one.chain.at(-2) === port.address),
    })),
    ...acpi.map(({ address }) => ({
      port:
        probe.pci.find(
          ({ secondaryBus }) => secondaryBus !== null && address?.startsWith(`${secondaryBus}:`),
        ) ?? null,
      occupied: probe.pci.some((one) => one.address.startsWith(`${address ?? ''}.`)),
    })),
  ];
}

function isServed(probe: GuestProbe, port: GuestPciFunction): boolean {
  const slots = servedSlots(probe, port.path);
  return slots !== null && (slots.native || slots.acpi);
}

function stateOf(port: GuestPciFunction, capabilities: PortCapabilities | undefined): CheckFinding[] {
  if (capabilities === undefined) return [];
  const { blinking, present, powered } = capabilities;
  if (blinking)
    return [
      {
        topic: 'slots',
        level: 'fail',
        text: `the power indicator of the port ${port.address} blinks`,
        why: 'a request is on its way there: QEMU refuses another one until it has ended',
        next: 'wait six seconds and look again',
      },
    ];
  if (present && powered === false)
    return [
      {
        topic: 'slots',
        level: 'warn',
        text: `there is a device behind the port ${port.address}, and its slot is switched off`,
        why: 'the guest was told to let it go and it has not left, or it was switched off by hand',
        next: `write 1 to the slot’s power in /sys/bus/pci/slots, or take the device out`,
      },
    ];
  return [];
}

// The least that a NIC with MSI-X asks for; virtio-net takes 4 KiB and 16 KiB (QEMU hw/virtio/virtio-pci.c).
const LEAST_WINDOW = 0x8000;

function windowFindings(free: readonly GuestPciFunction[], windows: PortFacts['windows']): CheckFinding[] {
  if (windows.size === 0 || free.length === 0) return [];
  const tight = free.filter(({ address }) => (windows.get(address)?.memory ?? 0) < LEAST_WINDOW);
  if (tight.length === 0)
    return [{ topic: 'windows', level: 'ok', text: 'every free port has room for a device’s registers' }];
  return [
    {
      topic: 'windows',
      level: 'warn',
      text: `${tight.map(({ address }) => address).join(', ')}: less than 32 KiB of memory window`,
      why: 'a device there gets its registers only if the kernel can enlarge the window ("BAR …: no space for …")',
      next: 'give the port a window at boot (pci=hpmemsize=2M), or use another port',
    },
  ];
}

function ownSlot(probe: GuestProbe, nic: InspectedNic, { capabilities }: PortFacts): CheckFinding[] {
  if (nic.pciAddress === null)
    return [
      {
        topic: 'slots',
        level: 'ok',
        text: `${nic.name} is no PCI function: its bus (${nic.bus ?? 'unknown'}) needs no slot`,
      },
    ];
  const self = probe.pci.find(({ address }) => address === nic.pciAddress);
  const above = self?.chain.at(-2);
  const port = probe.pci.find(({ address }) => address === above);
  if (!self || !port) {
    const slot = probe.hotplug.slots.find(
      ({ address }) => address !== null && nic.pciAddress?.startsWith(`${address}.`),
    );
    return [
      slot
        ? {
            topic: 'slots',
            level: 'ok',
            text: `${nic.name} sits in the slot ${slot.name} of the root bus, served by ${slot.driver ?? 'the kernel'}`,
          }
        : {
            topic: 'slots',
            level: 'fail',
            text: `${nic.name} (${nic.pciAddress}) sits on the root bus, in no slot`,
            why: 'a device of the root complex cannot be unplugged',
          },
    ];
  }
  const can = capabilities.get(port.address);
  if (isServed(probe, port))
    return [
      {
        topic: 'slots',
        level: 'ok',
        text: `${nic.name} sits behind the hot-plug port ${port.address}${can?.surprise === true ? ', which takes surprise removal' : ''}`,
      },
    ];
  return [
    {
      topic: 'slots',
      level: 'fail',
      text: `nothing serves the port ${port.address} above ${nic.name}`,
      why:
        can?.hotplug === false
          ? 'the port has no hot-plug capability'
          : 'no hot-plug driver of the guest is bound to it',
    },
  ];
}
