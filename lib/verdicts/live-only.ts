import { meantLiveOnly } from './intent.js';
import { lacks, nameOf, type Judge } from './verdict.js';

/** In the running definition and not in the persistent one, and not meant so: it is gone after the next boot. */
export const liveOnly: Judge = (subject) => {
  if (!subject.nic.sightings.live || !subject.persistent || !lacks(subject, 'config')) return null;
  if (meantLiveOnly(subject)) return null;
  return {
    kind: 'live-only',
    summary: `${nameOf(subject.nic)} is in the running definition alone and will be gone after the next boot`,
    evidence: ['live domain XML: has it', 'persistent domain XML: does not have it'],
    cause:
      'attached to the running domain only, or half a detach: the persistent half went, the running one stayed ' +
      '(virsh detach-interface changes them in that order)',
    next: `hotnic detach ${subject.domain} ${subject.nic.mac ?? nameOf(subject.nic)} --live`,
  };
};
