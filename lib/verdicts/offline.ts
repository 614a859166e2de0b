import { nameOf, type Judge } from './verdict.js';

/** The domain is shut off: there is one definition and nothing to compare it with. */
export const offline: Judge = (subject) => {
  if (subject.active || !subject.nic.sightings.config) return null;
  return {
    kind: 'offline',
    summary: `${nameOf(subject.nic)} is defined; ${subject.domain} is shut off`,
    evidence: ['persistent domain XML: has it', 'libvirt: the domain is not running'],
  };
};
