import type { Nic, PlaneName, PlaneReading, Sighting } from '../../lib/nic/sighting.js';

type Group = Map<PlaneName, Sighting>;

/** The rules of the join as docs/planes-and-verdicts.md has them, word by word and without a thought for speed. */
export function joinPlainly(readings: readonly PlaneReading[]): readonly Nic[] {
  const groups: Group[] = [];
  for (const plane of ORDER) {
    const known = [...groups];
    let left = readings.flatMap((reading) => (reading.plane === plane ? [...reading.sightings] : []));
    for (const same of RULES) {
      const fits = left.map((sighting) =>
        known.filter((group) => !group.has(plane) && [...group.values()].some((one) => same(one, sighting))),
      );
      left = left.filter((sighting, index) => {
        const [group, second] = fits[index] ?? [];
        // It fits two NICs, or two sightings fit its NIC: then this rule decides nothing.
        const rival = fits.some((others, at) => at !== index && group && others.includes(group));
        if (!group || second || rival) return true;
        group.set(plane, sighting);
        return false;
      });
    }
    groups.push(...left.map((sighting): Group => new Map([[plane, sighting]])));
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

const path = (a: Sighting, b: Sighting) => a.pciPath !== null && a.pciPath === b.pciPath;
const mac = (a: Sighting, b: Sighting) => a.mac !== null && a.mac === b.mac;
const macsDiffer = (a: Sighting, b: Sighting) => a.mac !== null && b.mac !== null && a.mac !== b.mac;
const either = (plane: PlaneName, a: Sighting, b: Sighting) => a.plane === plane || b.plane === plane;

const RULES: readonly ((a: Sighting, b: Sighting) => boolean)[] = [
  (a, b) => a.alias !== null && a.alias === b.alias,
  (a, b) => path(a, b) && !macsDiffer(a, b),
  (a, b) => mac(a, b) && [a, b].every(({ plane }) => plane === 'live' || plane === 'config'),
  (a, b) => path(a, b) && !(either('qemu', a, b) && macsDiffer(a, b)),
  (a, b) => mac(a, b) && (a.pciPath === null || b.pciPath === null),
];

function toNic(group: Group): Nic {
  const members = [...group.values()];
  return {
    alias: group.get('live')?.alias ?? group.get('config')?.alias ?? group.get('qemu')?.alias ?? null,
    mac: members.find((one) => one.mac !== null)?.mac ?? null,
    pciPath: members.find((one) => one.pciPath !== null)?.pciPath ?? null,
    target: group.get('host')?.name ?? group.get('live')?.name ?? null,
    guestName: group.get('guest-net')?.name ?? null,
    sightings: Object.fromEntries(group),
  };
}
