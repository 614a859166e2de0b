import { lacks, nameOf, type Judge } from './verdict.js';

/** In the persistent definition of a running domain and not in the live one: it comes back at the next boot. */
export const configOnly: Judge = (subject) => {
  if (!subject.nic.sightings.config || !subject.active || !lacks(subject, 'live')) return null;
  return {
    kind: 'config-only',
    summary: `${nameOf(subject.nic)} is in the persistent definition alone and comes back at the next boot`,
    evidence: ['persistent domain XML: has it', 'live domain XML: does not have it'],
    next: `hotnic detach ${subject.domain} ${subject.nic.mac ?? nameOf(subject.nic)} --config`,
  };
};
