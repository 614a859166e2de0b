import type { Nic } from '../nic/sighting.js';
import { hostOrphan } from './host-orphan.js';
import type { Verdict } from './verdict.js';
import { xenstoreResidue } from './xenstore-residue.js';

/** The verdict on what is on the host and belongs to no domain (lib/planes/host-leftover.ts makes such NICs). Pure. */
export function judgeLeftover(nic: Nic): Verdict {
  return nic.sightings.host?.facts['leftover'] === 'xen-vif' ? xenstoreResidue(nic) : hostOrphan(nic);
}
