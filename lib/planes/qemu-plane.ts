import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { DomainView } from '../hypervisor/domain-view.js';
import { monitorOf, type Monitor } from '../hypervisor/monitor.js';
import { readInfoNetwork } from '../hypervisor/monitor-network.js';
import { functionsOf, QUERY_PCI, type QemuFunction } from '../hypervisor/monitor-pci.js';
import { configWindow, readSlot, type SlotState } from '../hypervisor/monitor-slot.js';
import type { PlaneReading } from '../nic/sighting.js';
import { attribute, childElements, find } from '../xml/tree.js';
import { readDomain, type DomainXml } from '../xml/domain.js';
import { commandLineIds } from '../xml/qemu-ids.js';
import { hotplugKind } from '../xml/slots.js';
import { sightQemu, type QemuTold } from './qemu-sightings.js';

// A monitor command waits for the domain's job, behind two detaches for 7 s (measured).
const TIMEOUT_MS = 15_000;
// libvirt takes a device out of its definition some milliseconds after QEMU has let it go.
const SECOND_LOOK_MS = 1_000;

/** What `qom-list` returns. */
export const QOM_LIST = z.array(z.object({ name: z.string().max(256), type: z.string().max(256) })).max(4096);

/**
 * Asks QEMU itself which NICs and network backends it has. This taints the domain, so it is done only where the caller
 * asks for it or a ghost is suspected. Never throws but for the abort reason: what cannot be read is `unreadable`.
 */
export async function readQemu(
  view: DomainView,
  signal?: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<PlaneReading> {
  const { live } = view;
  if (!live) return { plane: 'qemu', state: 'absent', why: 'the domain is shut off', sightings: [] };
  const readAt = Date.now();
  try {
    const monitor = monitorOf(view.domain, { signal, timeoutMs });
    let [told, now] = await askBoth(monitor, view, signal);
    if (!agree(told, now)) {
      // A device that comes or goes is for a moment only on one side: what differs twice differs.
      await sleep(SECOND_LOOK_MS, undefined, { signal });
      [told, now] = await askBoth(monitor, view, signal);
    }
    if (aliases(now).join() !== aliases(live).join())
      return unreadable('the running definition has changed since it was read');
    const sightings = sightQemu(told, {
      readAt,
      otherDevices: otherAliases(live),
      interfaces: new Set(aliases(live)),
      commandLine: commandLineIds(live.qemuArguments),
      commandLineText: live.qemuArguments.join(' ').toLowerCase(),
    });
    return { plane: 'qemu', state: 'read', sightings };
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return unreadable(why);
  }
}

function unreadable(why: string): PlaneReading {
  return { plane: 'qemu', state: 'unreadable', why, sightings: [] };
}

async function askBoth(
  monitor: Monitor,
  { domain, live }: DomainView,
  signal: AbortSignal | undefined,
): Promise<[QemuTold, DomainXml]> {
  const told = await askQemu(monitor, live);
  return [told, readDomain(await domain.getXMLDesc(0, { signal }))];
}

function aliases(live: DomainXml): readonly string[] {
  return live.interfaces.flatMap(({ alias }) => alias ?? []);
}

/** Every interface has its device, and every NIC that libvirt could have made has its interface. */
function agree({ ids, network }: QemuTold, live: DomainXml): boolean {
  const known = new Set(aliases(live));
  const named = network.nics.filter(({ name }) => ids.has(name));
  return [...known].every((alias) => ids.has(alias)) && named.every(({ name }) => known.has(name));
}

async function askQemu(monitor: Monitor, live: DomainXml | null): Promise<QemuTold> {
  const [buses, peripherals, text] = await Promise.all([
    monitor.qmp('query-pci', {}, QUERY_PCI),
    monitor.qmp('qom-list', { path: '/machine/peripheral' }, QOM_LIST),
    monitor.human('info network'),
  ]);
  const functions = functionsOf(buses);
  return {
    functions,
    ids: new Set(peripherals.filter(({ type }) => type.startsWith('child<')).map(({ name }) => name)),
    network: readInfoNetwork(text),
    slots: await nativeSlots(monitor, functions, live),
  };
}

// Base class 02h is "network controller" (PCI Code and ID Assignment Specification).
const isNetwork = ({ class: code }: QemuFunction) => code >> 8 === 0x02;

async function nativeSlots(
  monitor: Monitor,
  functions: readonly QemuFunction[],
  live: DomainXml | null,
): Promise<ReadonlyMap<string, SlotState>> {
  const nics = functions.filter((one) => isNetwork(one) && one.above !== null);
  if (live === null || nics.length === 0 || hotplugKind(live).kind !== 'native') return new Map();
  const window = await configWindow(monitor);
  if (window === null) return new Map();
  const slots = await Promise.all(
    nics.map(async ({ path, above }) => {
      const state = above === null ? null : await readSlot(monitor, window, above).catch(() => null);
      return state === null ? [] : [[path, state] as const];
    }),
  );
  return new Map(slots.flat());
}

/** Aliases of devices that are no interfaces: a NIC passed through by `<hostdev>` is one. */
function otherAliases(live: DomainXml): ReadonlySet<string> {
  const devices = find(live.element, 'devices');
  return new Set(
    (devices ? childElements(devices) : [])
      .filter(({ name }) => name !== 'interface')
      .flatMap((device) => attribute(find(device, 'alias'), 'name') ?? []),
  );
}
