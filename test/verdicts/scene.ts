import type { MacAddress } from '../../lib/nic/mac-address.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import {
  PLANES,
  type Nic,
  type PlaneName,
  type PlaneReading,
  type Sighting,
} from '../../lib/nic/sighting.js';
import type { Case } from '../../lib/verdicts/index.js';

export const MAC = '52:54:00:00:00:0a' as MacAddress;
export const PATH = '02.0/00.0' as PciPath;
const NAMES: Readonly<Record<PlaneName, string>> = {
  config: 'vnet0',
  live: 'vnet0',
  qemu: 'net1',
  host: 'vnet0',
  'guest-pci': '0000:01:00.0',
  'guest-net': 'enp1s0',
  'guest-config': '/etc/netplan/01.yaml',
};
const FACTS: Readonly<Record<PlaneName, Sighting['facts']>> = {
  config: {},
  live: { hostNetdev: true, drift: '' },
  qemu: { part: 'device', commandLine: false },
  host: {},
  'guest-pci': { driver: 'virtio-pci', hotplugSlot: true },
  'guest-net': {},
  'guest-config': {},
};

/** A NIC as a test tells it: which planes show it, which were not read, what they say. */
export interface Scene {
  /** Planes that show the NIC. */
  readonly seen: readonly PlaneName[];
  /** Planes that were not read, and how; the others were. */
  readonly unread?: Partial<Record<PlaneName, PlaneReading['state']>>;
  readonly facts?: Partial<Record<PlaneName, Sighting['facts']>>;
  readonly more?: Partial<Case>;
}

// Read only where a ghost is suspected, or asked for.
export const RARE: readonly PlaneName[] = ['qemu', 'guest-config'];

/** The case that a judge gets of a scene. */
export function caseOf({ seen, unread: told = {}, facts = {}, more = {} }: Scene): Case {
  const unread = {
    ...Object.fromEntries(
      RARE.filter((plane) => !seen.includes(plane)).map((plane) => [plane, 'not-asked' as const]),
    ),
    ...told,
  };
  const sightings: Partial<Record<PlaneName, Sighting>> = {};
  for (const plane of seen)
    sightings[plane] = {
      plane,
      readFrom: `${plane} of the test`,
      readAt: 0,
      alias: plane === 'live' ? 'net0' : null,
      mac: MAC,
      pciPath: PATH,
      name: NAMES[plane],
      facts: { ...FACTS[plane], ...facts[plane] },
    };
  const nic: Nic = {
    alias: sightings.live ? 'net0' : null,
    mac: MAC,
    pciPath: PATH,
    target: sightings.live ? 'vnet0' : null,
    guestName: sightings['guest-net'] ? 'enp1s0' : null,
    sightings,
  };
  const readings = PLANES.map((plane): PlaneReading => ({
    plane,
    state: unread[plane] ?? 'read',
    ...(unread[plane] === undefined ? {} : { why: `the ${plane} plane was not there` }),
    sightings: Object.values(sightings).filter((one) => one.plane === plane),
  }));
  return quietCase(nic, readings, more);
}

/** The case of a NIC of the running, persistent web1 about which nothing is known beside the planes. */
export function quietCase(nic: Nic, readings: readonly PlaneReading[], more: Partial<Case> = {}): Case {
  return {
    domain: 'web1',
    active: true,
    persistent: true,
    nic,
    readings,
    unregisterWaits: [],
    commandLineMacs: [],
    hostdevPaths: [],
    removalRequests: [],
    liveOnlyByIntent: [],
    host: null,
    ...more,
  };
}

export const without = (...planes: readonly PlaneName[]) => PLANES.filter((plane) => !planes.includes(plane));
export const WAIT = {
  netdev: 'enp1s0',
  text: 'unregister_netdevice: waiting for enp1s0 to become free. Usage count = 2',
};
export const ALL_UNREAD = {
  config: 'unreadable',
  host: 'unreadable',
  'guest-pci': 'unreadable',
  'guest-net': 'unreadable',
} as const;
export const USER_NET = { live: { hostNetdev: false, drift: '' } };

export const REQUEST = { alias: 'net0', mac: MAC, askedAt: 0, goneSince: false, fromBoth: false, run: 'r1' };
