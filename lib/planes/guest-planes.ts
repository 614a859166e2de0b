import type { GuestNetdev, GuestPciFunction, GuestProbe } from '../guest/probe-types.js';
import type { GuestNamespace, UnboundFunction } from '../guest/probe-deep-types.js';
import { printable } from '../guest/printable.js';
import { pciPath } from '../nic/pci-address.js';
import type { PlaneReading, Sighting } from '../nic/sighting.js';
import { readGuestConfig } from './guest-config-plane.js';

// PCI base class 02h is "network controller" (PCI Code and ID Assignment Specification, class codes).
const NETWORK_CLASS = 0x02;

type GuestPlanes = readonly [PlaneReading, PlaneReading, PlaneReading];

/**
 * The network functions on the guest's PCI bus; its netdevs on PCI, those of its other network namespaces too; the NICs
 * that its configuration names.
 */
export function readGuest(probe: GuestProbe): GuestPlanes {
  const readAt = Date.now();
  const functions = probe.pci.filter((one) => one.class >> 16 === NETWORK_CLASS);
  const netdevs = [
    ...probe.netdevs.map((one) => sightNetdev(one, readAt, null)),
    ...(probe.namespaces ?? []).flatMap((space) =>
      space.netdevs.map((one) => sightNetdev(one, readAt, space)),
    ),
  ].filter(({ pciPath: path }) => path !== null);
  return [
    {
      plane: 'guest-pci',
      state: 'read',
      sightings: functions.map((one) => sightFunction(one, probe, netdevs, readAt)),
    },
    { plane: 'guest-net', state: 'read', sightings: netdevs },
    readGuestConfig(probe, readAt),
  ];
}

function sightFunction(
  one: GuestPciFunction,
  probe: GuestProbe,
  netdevs: readonly Sighting[],
  readAt: number,
): Sighting {
  return {
    plane: 'guest-pci',
    readFrom: '/sys/bus/pci/devices of the guest',
    readAt,
    alias: null,
    mac: netdevs.find((netdev) => netdev.pciPath === one.path)?.mac ?? null,
    pciPath: one.path,
    name: one.address,
    facts: {
      driver: one.driver,
      vendor: hex(one.vendor),
      device: hex(one.device),
      hotplugSlot: isHotplugSlot(one, probe),
      ...unboundFacts(probe.unbound.find(({ address }) => address === one.address)),
    },
  };
}

/** Where a driver is missing, and what the guest knows of drivers for it. */
function unboundFacts(one: UnboundFunction | undefined): Sighting['facts'] {
  if (!one) return {};
  return {
    unboundBus: one.bus,
    unboundDevice: one.device,
    modalias: one.modalias,
    modulesLoaded: namesOf(one, 'loaded'),
    modulesAvailable: namesOf(one, 'available'),
    keptOut: one.rules.map(({ where, text }) => `${where}: ${printable(text, 200)}`).join('\n'),
    keptOutFor: one.rules.map(({ kind, module }) => `${kind} ${module}`).join('\n'),
    autoprobe: one.autoprobe,
    kernelLog: one.log.map((line) => printable(line, 300)).join('\n'),
  };
}

function namesOf({ modules }: UnboundFunction, state: 'loaded' | 'available'): string {
  return modules
    .filter((module) => module.state === state)
    .map(({ name }) => name)
    .join(' ');
}

function sightNetdev(one: GuestNetdev, readAt: number, space: GuestNamespace | null): Sighting {
  const named = space?.name ?? null;
  const where =
    space === null
      ? '/sys/class/net of the guest'
      : named === null
        ? `network namespace of process ${space.pid ?? '?'} (${printable(space.process ?? '', 32)}) of the guest`
        : `network namespace ${printable(named, 64)} of the guest`;
  return {
    plane: 'guest-net',
    readFrom: where,
    readAt,
    alias: null,
    mac: one.permanentMac ?? one.mac,
    pciPath: one.pciPath,
    name: one.name,
    facts: {
      driver: one.driver,
      up: one.up,
      operstate: one.operstate,
      carrier: one.carrier,
      mtu: one.mtu,
      addresses: one.addresses.map(({ address, prefix }) => `${address}/${prefix}`).join(' '),
      master: one.master,
      ...(space === null ? {} : { namespace: named ?? `of process ${space.pid ?? '?'}` }),
    },
  };
}

/** The function sits in a slot that can be emptied: behind a port of pciehp, or in a slot of acpiphp. */
function isHotplugSlot(one: GuestPciFunction, probe: GuestProbe): boolean {
  const above = one.chain.slice(0, -1);
  const ports = probe.hotplug.pciehpPorts.map((port) => pciPath([port]));
  const behindPort = above.some((port) => ports.includes(pciPath([port])));
  const slot = one.address.slice(0, -2);
  return behindPort || probe.hotplug.slots.some(({ address, driver }) => address === slot && driver !== null);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
