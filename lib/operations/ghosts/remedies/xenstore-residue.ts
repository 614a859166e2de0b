import { XEN_CLOSED } from '../../../planes/xen-leftovers.js';
import type { RemedyFinder } from '../remedy.js';

/** The nodes of both ends are removed, once the backend is closed or its domain gone. */
export const xenstoreResidueCure: RemedyFinder = ({ nic }) => {
  const facts = nic.sightings.host?.facts ?? {};
  const { path, frontendPath, frontendAlive, backendState } = facts;
  if (typeof path !== 'string') return { remedies: [], byHand: [] };
  if (frontendAlive === true && backendState !== null && backendState !== XEN_CLOSED)
    return {
      remedies: [],
      byHand: [`wait until the backend of ${path} is closed (state 6): it is ${String(backendState)}`],
    };
  const paths = [...new Set([path, ...(typeof frontendPath === 'string' ? [frontendPath] : [])])];
  return {
    remedies: [
      {
        kind: 'xenstore-residue',
        title: `remove ${paths.join(' and ')} from xenstore`,
        risk: 'none',
        riskText: 'neither end uses the nodes any more; they cannot be put back',
        acts: paths.map((one) => ({ act: 'xenstore-remove', input: { path: one } })),
      },
    ],
    byHand: [],
  };
};
