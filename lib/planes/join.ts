import type { Nic, PlaneName, PlaneReading, Sighting } from '../nic/sighting.js';

/**
 * Joins the sightings of all planes into NICs: by alias, then by the guest's PCI path, then by MAC; and by MAC only
 * where it fits one NIC and one sighting, because two NICs may legally share an address.
 */
export function joinSightings(readings: readonly PlaneReading[]): readonly Nic[] {
  const groups: Group[] = [];
  // live first: it is the plane that both the definitions and the guest can be matched to.
  for (const plane of ORDER) {
    const sightings = readings.find((reading) => reading.plane === plane)?.sightings ?? [];
    place(plane, sightings, groups);
  }
  return groups.map(toNic);
}

const ORDER: readonly PlaneName[] = [
  'live',
  'config',
  'qemu',
  'host',
  'guest-pci',
  'guest-net',
  'guest-config',
];

type Group = Map<PlaneName, Sighting>;

function place(plane: PlaneName, sightings: readonly Sighting[], groups: Group[]): void {
  const known = [...groups];
  let left = [...sightings];
  for (const same of MATCHERS) {
    if (left.length === 0) return;
    const fits = left.map((sighting) =>
      known.filter((group) => !group.has(plane) && matches(group, sighting, same)),
    );
    left = left.filter((sighting, index) => {
      const [group, second] = (fits[index] ?? []).filter((one) => !one.has(plane));
      const rival = group && fits.some((others, at) => at !== index && others.includes(group));
      if (!group || second || rival === true) return true;
      group.set(plane, sighting);
      return false;
    });
  }
  for (const sighting of left) groups.push(new Map([[plane, sighting]]));
}

function matches(group: Group, sighting: Sighting, same: (a: Sighting, b: Sighting) => boolean): boolean {
  for (const member of group.values()) if (same(member, sighting)) return true;
  return false;
}

const MATCHERS: readonly ((a: Sighting, b: Sighting) => boolean)[] = [
  (a, b) => a.alias !== null && a.alias === b.alias,
  (a, b) => samePath(a, b) && (a.mac === null || b.mac === null || a.mac === b.mac),
  // libvirt gives addresses in each definition by itself: between the two, the MAC says more than a bare path.
  (a, b) => sameMac(a, b) && definitions(a, b),
  // QEMU says which MAC its device has: on a path that a definition means for another NIC it is not that NIC.
  (a, b) => samePath(a, b) && !(byQemu(a, b) && a.mac !== null && b.mac !== null && a.mac !== b.mac),
  (a, b) => sameMac(a, b) && (a.pciPath === null || b.pciPath === null),
];

function samePath(a: Sighting, b: Sighting): boolean {
  return a.pciPath !== null && a.pciPath === b.pciPath;
}

function sameMac(a: Sighting, b: Sighting): boolean {
  return a.mac !== null && a.mac === b.mac;
}

function byQemu(a: Sighting, b: Sighting): boolean {
  return a.plane === 'qemu' || b.plane === 'qemu';
}

function definitions(a: Sighting, b: Sighting): boolean {
  return [a, b].every((sighting) => sighting.plane === 'live' || sighting.plane === 'config');
}

function toNic(group: Group): Nic {
  const members = [...group.values()];
  return {
    alias: group.get('live')?.alias ?? group.get('config')?.alias ?? group.get('qemu')?.alias ?? null,
    mac: members.find((member) => member.mac !== null)?.mac ?? null,
    pciPath: members.find((member) => member.pciPath !== null)?.pciPath ?? null,
    target: group.get('host')?.name ?? group.get('live')?.name ?? null,
    guestName: group.get('guest-net')?.name ?? null,
    sightings: Object.fromEntries(group),
  };
}
