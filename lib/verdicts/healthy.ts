import type { PlaneName } from '../nic/sighting.js';
import { meantLiveOnly } from './intent.js';
import { nameOf, type Case, type Judge } from './verdict.js';

/** Every plane that there is was read, and every one of them shows the NIC. Anything less is not healthy. */
export const healthy: Judge = (subject) => {
  const needed = planesNeeded(subject);
  if (!subject.active || !needed.every((plane) => subject.nic.sightings[plane] !== undefined)) return null;
  return {
    kind: 'healthy',
    summary: `${nameOf(subject.nic)} is the same in ${needed.join(', ')}`,
    evidence: needed.map((plane) => `${subject.nic.sightings[plane]?.readFrom ?? plane}: has it`),
  };
};

/** The planes in which this NIC has to be: no host netdev is expected of user networking, no config of a transient domain. */
export function planesNeeded(subject: Case): readonly PlaneName[] {
  const wanted: PlaneName[] = ['live', 'guest-pci', 'guest-net'];
  if (subject.persistent && !meantLiveOnly(subject)) wanted.push('config');
  const { hostNetdev, hostFunction } = subject.nic.sightings.live?.facts ?? {};
  if (hostNetdev !== false || typeof hostFunction === 'string') wanted.push('host');
  return wanted;
}
