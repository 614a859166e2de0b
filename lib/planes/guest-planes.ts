import type { GuestNetdev, GuestPciFunction, GuestProbe } from '../guest/probe-types.js';
import { pciPath } from '../nic/pci-address.js';
import type { PlaneReading, Sighting } from '../nic/sighting.js';

// PCI base class 02h is "network controller" (PCI Code and ID Assignment Specification, class codes).
const NETWORK_CLASS = 0x02;

/** The network functions on the guest's PCI bus, and its netdevs on PCI. */
export function readGuest(probe: GuestProbe): readonly [PlaneReading, PlaneReading] {
  const readAt = Date.now();
  const functions = probe.pci.filter((one) => one.class >> 16 === NETWORK_CLASS);
  return [
    {
      plane: 'guest-pci',
      state: 'read',
      sightings: functions.map((one) => sightFunction(one, probe, readAt)),
    },
    {
      plane: 'guest-net',
      state: 'read',
      sightings: probe.netdevs
        .filter(({ pciPath: path }) => path !== null)
        .map((one) => sightNetdev(one, readAt)),
    },
  ];
}

/** Both guest planes as they are when the guest was not asked, or could not be. */
export function unreadGuest(
  state: 'unreadable' | 'not-asked' | 'absent',
  why: string,
): readonly [PlaneReading, PlaneReading] {
  return [
    { plane: 'guest-pci', state, why, sightings: [] },
    { plane: 'guest-net', state, why, sightings: [] },
  ];
}

function sightFunction(one: GuestPciFunction, probe: GuestProbe, readAt: number): Sighting {
  const mac = probe.netdevs.find((netdev) => netdev.pciPath === one.path)?.mac ?? null;
  return {
    plane: 'guest-pci',
    readFrom: '/sys/bus/pci/devices of the guest',
    readAt,
    alias: null,
    mac,
    pciPath: one.path,
    name: one.address,
    facts: {
      driver: one.driver,
      vendor: hex(one.vendor),
      device: hex(one.device),
      hotplugSlot: isHotplugSlot(one, probe),
    },
  };
}

function sightNetdev(one: GuestNetdev, readAt: number): Sighting {
  return {
    plane: 'guest-net',
    readFrom: '/sys/class/net of the guest',
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
