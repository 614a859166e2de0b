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

/** What is one NIC so far: at most one sighting of each plane. */
type Group = Sighting[];
type Same = (a: Sighting, b: Sighting) => boolean;

// In plain loops: a scan of a hypervisor joins thousands, and the NICs of one domain are few.
function place(plane: PlaneName, sightings: readonly Sighting[], groups: Group[]): void {
  const known = [...groups];
  let left = sightings;
  for (const same of known.length === 0 ? [] : MATCHERS) {
    if (left.length === 0) return;
    left = joinBy(same, plane, left, known);
  }
  for (const sighting of left) groups.push([sighting]);
}

/** Puts each sighting into the one group that it alone fits; gives those that have found none. */
function joinBy(
  same: Same,
  plane: PlaneName,
  left: readonly Sighting[],
  known: readonly Group[],
): readonly Sighting[] {
  const open = known.filter((group) => !has(group, plane));
  const fits = left.map((sighting) => open.filter((group) => matches(group, sighting, same)));
  const wanted = new Map<Group, number>();
  for (const groups of fits) for (const group of groups) wanted.set(group, (wanted.get(group) ?? 0) + 1);
  return left.filter((sighting, index) => {
    const [group, second] = fits[index] ?? [];
    if (!group || second || wanted.get(group) !== 1) return true;
    group.push(sighting);
    return false;
  });
}

function has(group: Group, plane: PlaneName): boolean {
  for (const member of group) if (member.plane === plane) return true;
  return false;
}

function matches(group: Group, sighting: Sighting, same: Same): boolean {
  for (const member of group) if (same(member, sighting)) return true;
  return false;
}

const MATCHERS: readonly Same[] = [
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
  return (a.plane === 'live' || a.plane === 'config') && (b.plane === 'live' || b.plane === 'config');
}

/** A group holds its sightings in the order of the planes. */
function toNic(group: Group): Nic {
  const sightings: Partial<Record<PlaneName, Sighting>> = {};
  let [mac, pciPath]: [Nic['mac'], Nic['pciPath']] = [null, null];
  for (const sighting of group) {
    sightings[sighting.plane] = sighting;
    mac ??= sighting.mac;
    pciPath ??= sighting.pciPath;
  }
  return {
    alias: sightings.live?.alias ?? sightings.config?.alias ?? sightings.qemu?.alias ?? null,
    mac,
    pciPath,
    target: sightings.host?.name ?? sightings.live?.name ?? null,
    guestName: sightings['guest-net']?.name ?? null,
    sightings,
  };
}
