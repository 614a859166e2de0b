import { forOtherDefinition } from '../../../xml/other-half.js';
import { serialize } from '../../../xml/serialize.js';
import type { RemedyFinder } from '../remedy.js';
import { NO_CURE, partsOf } from './nic-parts.js';

/** QEMU holds the descriptor of an interface that is gone: only a new device gets a new one. */
export const hostMissingCure: RemedyFinder = (finding, scan) => {
  const parts = partsOf(finding, scan);
  const live = parts?.scan.view.live;
  if (!parts?.live || !live) return NO_CURE;
  const { domain } = parts.target;
  if (parts.scan.view.paused)
    return { remedies: [], byHand: [`virsh resume ${domain}: a paused guest cannot let the NIC go`] };
  if (parts.slot === 'none')
    return {
      remedies: [],
      byHand: [`the guest has no hot-plug driver: shut ${domain} off and start it again`],
    };
  const before = serialize(parts.live.element);
  const after = serialize(forOtherDefinition(parts.live, live, parts.live));
  return {
    remedies: [
      {
        kind: 'host-missing',
        title: `take ${parts.name} out and attach it again with its MAC and slot`,
        risk: 'link-flap',
        riskText:
          'no packet passes now; the guest sees the NIC leave and come back, and loses what was set on it by hand',
        acts: [{ act: 'nic-replace', input: { ...parts.target, before, after, slot: parts.slot } }],
      },
    ],
    byHand: [],
  };
};
