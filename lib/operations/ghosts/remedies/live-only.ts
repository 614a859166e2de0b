import { forOtherDefinition } from '../../../xml/other-half.js';
import { serialize } from '../../../xml/serialize.js';
import type { Remedy, RemedyFinder } from '../remedy.js';
import { addition, NO_CURE, partsOf, removal } from './nic-parts.js';

/**
 * The running guest has the NIC and perhaps uses it, so what leaves it alone comes first: the persistent definition is
 * made to agree.
 */
export const liveOnlyCure: RemedyFinder = (finding, scan) => {
  const parts = partsOf(finding, scan);
  const config = parts?.scan.view.config;
  if (!parts?.live || !config) return NO_CURE;
  const keep: Remedy = {
    kind: 'live-only',
    title: `keep ${parts.name}: give it to the persistent definition too`,
    risk: 'none',
    riskText: 'the running guest is not touched; the NIC is there after the next boot too',
    acts: [addition(parts, 'config', serialize(forOtherDefinition(parts.live, config, null)))],
  };
  const drop: Remedy = {
    kind: 'live-only',
    title: `take ${parts.name} out of the running domain`,
    risk: 'data-path',
    riskText: 'connections through this NIC break',
    acts: removal(parts, 'live'),
  };
  return {
    remedies: [keep, drop],
    byHand: [
      `if it is meant to be there until the next boot only: hotnic ghosts scan --allow-live-only passes it over`,
    ],
  };
};
