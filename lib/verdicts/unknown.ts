import { planesNeeded } from './healthy.js';
import { nameOf, stateOf, type Case, type Verdict } from './verdict.js';

/** Nothing wrong was seen, and not enough was seen to call it healthy: says which plane is missing, and why. */
export function unknown(subject: Case): Verdict {
  const missing = planesNeeded(subject)
    .filter((plane) => subject.nic.sightings[plane] === undefined)
    .map((plane) => {
      const why = subject.readings.find((reading) => reading.plane === plane)?.why;
      const state = stateOf(subject.readings, plane);
      return `${plane}: ${state === 'read' ? 'does not have it' : (why ?? state)}`;
    });
  return {
    kind: 'unknown',
    summary: `${nameOf(subject.nic)} cannot be judged: ${missing.join('; ')}`,
    evidence: missing,
  };
}
