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
    const free = () => known.filter((group) => !group.has(plane));
    left = left.filter((sighting) => {
      const fitting = free().filter((group) => [...group.values()].some((other) => same(other, sighting)));
      const rivals = left.filter(
        (other) =>
          other !== sighting &&
          fitting.some((group) => [...group.values()].some((member) => same(member, other))),
      );
      const [group] = fitting;
      if (!group || fitting.length > 1 || rivals.length > 0) return true;
      group.set(plane, sighting);
      return false;
    });
  }
  for (const sighting of left) groups.push(new Map([[plane, sighting]]));
}

const MATCHERS: readonly ((a: Sighting, b: Sighting) => boolean)[] = [
  (a, b) => a.alias !== null && a.alias === b.alias,
  (a, b) => samePath(a, b) && (a.mac === null || b.mac === null || a.mac === b.mac),
  // libvirt gives addresses in each definition by itself: between the two, the MAC says more than a bare path.
  (a, b) => sameMac(a, b) && definitions(a, b),
  samePath,
  (a, b) => sameMac(a, b) && (a.pciPath === null || b.pciPath === null),
];

function samePath(a: Sighting, b: Sighting): boolean {
  return a.pciPath !== null && a.pciPath === b.pciPath;
}

function sameMac(a: Sighting, b: Sighting): boolean {
  return a.mac !== null && a.mac === b.mac;
}

function definitions(a: Sighting, b: Sighting): boolean {
  return [a, b].every((sighting) => sighting.plane === 'live' || sighting.plane === 'config');
}

function toNic(group: Group): Nic {
  const members = [...group.values()];
  return {
    alias: group.get('live')?.alias ?? group.get('config')?.alias ?? null,
    mac: members.find((member) => member.mac !== null)?.mac ?? null,
    pciPath: members.find((member) => member.pciPath !== null)?.pciPath ?? null,
    target: group.get('host')?.name ?? group.get('live')?.name ?? null,
    guestName: group.get('guest-net')?.name ?? null,
    sightings: Object.fromEntries(group),
  };
}
