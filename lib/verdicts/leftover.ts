import type { Nic } from '../nic/sighting.js';
import { hostOrphan } from './host-orphan.js';
import { passthroughOrphan } from './passthrough-orphan.js';
import type { Verdict } from './verdict.js';
import { xenstoreResidue } from './xenstore-residue.js';

/** The verdict on what is on the host and belongs to no domain (lib/planes/host-leftover.ts and
 * host-function-nic.ts make such NICs). Pure. */
export function judgeLeftover(nic: Nic): Verdict {
  const leftover = nic.sightings.host?.facts['leftover'];
  if (leftover === 'xen-vif') return xenstoreResidue(nic);
  return leftover === 'function' ? passthroughOrphan(nic) : hostOrphan(nic);
}
