import { forOtherDefinition } from '../../../xml/other-half.js';
import { serialize } from '../../../xml/serialize.js';
import type { Remedy, RemedyFinder } from '../remedy.js';
import { addition, NO_CURE, partsOf, removal } from './nic-parts.js';

/**
 * Half a detach, or a NIC that waits for the next boot: the two look alike. So the removal is finished by itself only
 * where the journal shows that both halves were asked to go; else the operator chooses.
 */
export const configOnlyCure: RemedyFinder = (finding, scan) => {
  const parts = partsOf(finding, scan);
  const live = parts?.scan.view.live;
  if (!parts?.config || !live) return NO_CURE;
  const choice = finding.verdict.wanted === 'gone' ? {} : { onRequest: 'choose' as const };
  const finish: Remedy = {
    kind: 'config-only',
    title: `finish the detach of ${parts.name}: take it out of the persistent definition`,
    risk: 'none',
    riskText:
      'the running guest is not touched; a NIC that was prepared for the next boot is lost (the journal keeps its XML)',
    acts: removal(parts, 'config'),
    ...choice,
  };
  const attach: Remedy = {
    kind: 'config-only',
    title: `attach ${parts.name} to the running domain too`,
    risk: 'none',
    riskText: 'the guest gets a NIC that it does not have now',
    acts: [addition(parts, 'live', serialize(forOtherDefinition(parts.config, live, null)))],
    ...choice,
  };
  return { remedies: [finish, attach], byHand: [] };
};
