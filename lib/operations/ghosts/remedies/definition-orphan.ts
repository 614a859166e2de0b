import { forOtherDefinition } from '../../../xml/other-half.js';
import { serialize } from '../../../xml/serialize.js';
import type { Remedy, RemedyFinder } from '../remedy.js';
import { addition, NO_CURE, partsOf } from './nic-parts.js';

/** libvirt asks QEMU for a device that is not there, hears so, and takes it out of its definition. */
export const definitionOrphanCure: RemedyFinder = (finding, scan) => {
  const parts = partsOf(finding, scan);
  const live = parts?.scan.view.live;
  if (!parts?.live?.alias || !live) return NO_CURE;
  const ask = {
    act: 'ask-removal',
    input: { ...parts.target, alias: parts.live.alias, mac: parts.live.mac, slot: parts.slot },
  };
  const finish: Remedy = {
    kind: 'definition-orphan',
    title: `detach ${parts.name} once more: libvirt then finishes the removal`,
    risk: 'none',
    riskText: 'the guest does not have the device any more',
    acts: [ask],
  };
  if (!parts.config) return { remedies: [finish], byHand: [] };
  const back: Remedy = {
    kind: 'definition-orphan',
    title: `finish the removal of ${parts.name} and attach it anew, as the persistent definition has it`,
    risk: 'none',
    riskText: 'the guest gets the NIC back',
    acts: [ask, addition(parts, 'live', serialize(forOtherDefinition(parts.config, live, parts.live)))],
  };
  return { remedies: [finish, back], byHand: [] };
};
