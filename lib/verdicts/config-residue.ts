import type { Sighting } from '../nic/sighting.js';
import { stateOf, type Case, type Judge } from './verdict.js';

/**
 * The guest's configuration names a NIC that is nowhere else. A MAC is a sure name. A name like "enp5s0" only says
 * where a NIC would be, so it counts only while every NIC of the domain is accounted for in the guest, else it may be
 * the name that one of them will get.
 */
export const configResidue: Judge = (subject) => {
  const { sightings } = subject.nic;
  const seen = sightings['guest-config'];
  if (!seen || Object.keys(sightings).length !== 1) return null;
  const read = (['guest-pci', 'guest-net', 'live'] as const).every(
    (plane) => stateOf(subject.readings, plane) === 'read',
  );
  const defined = ['read', 'absent'].includes(stateOf(subject.readings, 'config'));
  if (!subject.active || !read || !defined || isNamed(seen, subject)) return null;
  if (seen.mac === null && !allAccountedFor(subject)) return null;
  const places = String(seen.facts['places'] ?? seen.readFrom).split('\n');
  const what = seen.mac ?? seen.name ?? 'a NIC';
  return {
    kind: 'config-residue',
    summary: `the guest's configuration names ${what}, and there is no such NIC`,
    evidence: [
      ...places.map((place) => `${place} names ${what}`),
      `neither definition of the domain, nor the guest's PCI bus or network, has it`,
    ],
    cause: 'the NIC was removed, or the image was made on another machine, and its configuration stayed',
    next: `hotnic ghosts clean ${subject.domain} --kind config-residue (puts the files aside, with a backup)`,
  };
};

/** Another NIC has the address or the name: two with one MAC are not joined, and still it is theirs. */
function isNamed(seen: Sighting, { readings, commandLineMacs }: Case): boolean {
  if (seen.mac !== null && commandLineMacs.includes(seen.mac)) return true;
  const name = seen.facts['matchesName'];
  return readings
    .filter(({ plane }) => plane !== 'guest-config')
    .flatMap((reading) => reading.sightings)
    .some(
      (other) =>
        (seen.mac !== null && other.mac === seen.mac) ||
        (typeof name === 'string' && other.plane === 'guest-net' && other.name === name),
    );
}

function allAccountedFor({ readings }: Case): boolean {
  const of = (plane: 'live' | 'config' | 'guest-pci' | 'guest-net') =>
    readings.find((reading) => reading.plane === plane)?.sightings ?? [];
  const inGuest = new Set(of('guest-net').map(({ pciPath }) => pciPath));
  const bare = of('guest-pci').some(({ pciPath }) => !inGuest.has(pciPath));
  const unseen = of('live').some(({ pciPath }) => pciPath !== null && !inGuest.has(pciPath));
  const live = new Set(of('live').map(({ mac }) => mac));
  const coming = of('config').some(({ mac }) => !live.has(mac));
  return !bare && !unseen && !coming;
}
