import type { QemuBackend, QemuNetwork, QemuNic } from '../hypervisor/monitor-network.js';
import type { QemuFunction } from '../hypervisor/monitor-pci.js';
import type { SlotState } from '../hypervisor/monitor-slot.js';
import type { Sighting } from '../nic/sighting.js';
import type { CommandLineIds } from '../xml/qemu-ids.js';

/** QEMU's answers, as one reading. */
export interface QemuTold {
  readonly functions: readonly QemuFunction[];
  /** Ids of everything that was plugged with an id, whatever bus it is on. */
  readonly ids: ReadonlySet<string>;
  readonly network: QemuNetwork;
  /** Slot registers by the path of the function in the slot; empty where slots are not native. */
  readonly slots: ReadonlyMap<string, SlotState>;
}

/** What the definition says of QEMU's devices. */
export interface QemuContext {
  readonly readAt: number;
  /** Aliases of devices that are no interfaces. */
  readonly otherDevices: ReadonlySet<string>;
  /** Aliases of the interfaces. */
  readonly interfaces: ReadonlySet<string>;
  readonly commandLine: CommandLineIds;
  /** All of `qemu:commandline`, lower case: MAC addresses are looked up in it. */
  readonly commandLineText: string;
}

/**
 * QEMU's NICs, and the backends that belong to none, as sightings. `facts.part` is "device" or "backend": a backend
 * alone is no NIC. A backend that libvirt made for an interface whose device is gone carries that interface's alias.
 */
export function sightQemu(told: QemuTold, context: QemuContext): readonly Sighting[] {
  const nics = told.functions.filter(
    (one) => one.class >> 8 === 0x02 && !(one.id !== null && context.otherDevices.has(one.id)),
  );
  const named = new Map(nics.flatMap((one) => (one.id === null ? [] : [[one.id, one] as const])));
  const nameless = nics.filter(({ id }) => id === null);
  // A NIC that query-pci does not place: its port is not programmed yet, or it is not on PCI at all.
  const unnamed = told.network.nics.filter(({ name }) => !told.ids.has(name));
  const pair = nameless.length === 1 && unnamed.length === 1;
  const ids = new Set([
    ...named.keys(),
    ...told.network.nics.map(({ name }) => name).filter((name) => told.ids.has(name)),
    ...[...context.interfaces].filter((alias) => told.ids.has(alias)),
  ]);
  const nicOf = (name: string) => told.network.nics.find((nic) => nic.name === name);
  return [
    ...[...ids].map((id) => device(id, named.get(id), nicOf(id), told, context)),
    ...unnamed.map((nic) => device(null, pair ? nameless[0] : undefined, nic, told, context)),
    ...told.network.backends.filter(({ used }) => !used).map((one) => backend(one, context)),
  ];
}

function device(
  id: string | null,
  place: QemuFunction | undefined,
  nic: QemuNic | undefined,
  { slots, network }: QemuTold,
  context: QemuContext,
): Sighting {
  const slot = place && slots.get(place.path);
  const [first] = nic?.backends ?? [];
  return {
    plane: 'qemu',
    readFrom: 'QEMU (query-pci, qom-list, info network)',
    readAt: context.readAt,
    alias: id,
    mac: nic?.mac ?? null,
    pciPath: place?.path ?? null,
    name: id ?? nic?.name ?? null,
    facts: {
      part: 'device',
      model: nic?.model ?? null,
      address: place?.address ?? null,
      backend: first ?? null,
      backendType: network.backends.find((one) => one.id === first)?.type ?? null,
      commandLine: isCommandLine(id, nic, context),
      ...(slot === undefined
        ? {}
        : {
            attentionPressed: slot.attention,
            presenceChanged: slot.presenceChanged,
            powerIndicator: slot.powerIndicator,
            poweredOff: slot.poweredOff,
          }),
    },
  };
}

function backend(one: QemuBackend, context: QemuContext): Sighting {
  // libvirt names the backend of net1 "hostnet1" (src/qemu/qemu_alias.c).
  const owner = one.id.startsWith('host') ? one.id.slice('host'.length) : '';
  return {
    plane: 'qemu',
    readFrom: 'QEMU (info network)',
    readAt: context.readAt,
    alias: context.interfaces.has(owner) ? owner : null,
    mac: null,
    pciPath: null,
    name: one.id,
    facts: {
      part: 'backend',
      backend: one.id,
      backendType: one.type,
      commandLine: context.commandLine.ids.has(one.id),
    },
  };
}

function isCommandLine(id: string | null, nic: QemuNic | undefined, context: QemuContext): boolean {
  const { ids, anonymous } = context.commandLine;
  if (id !== null) return ids.has(id);
  const mac = nic?.mac ?? null;
  if (mac !== null && context.commandLineText.includes(mac)) return true;
  return anonymous && (nic?.backends.every((one) => ids.has(one) || one.startsWith('#')) ?? true);
}
