import { slotOf } from '../../../verdicts/guest-blind.js';
import { readGuestEvidence } from '../../../planes/guest-evidence.js';
import { currentUnregisterWaits } from '../../../guest/unregister-wait.js';
import type { Remedy, RemedyFinder } from '../remedy.js';

/** A rescan shows what is in a slot that is switched on; where no driver serves a native slot only a reset does. */
export const guestBlindCure: RemedyFinder = ({ domain, nic }, scan) => {
  if (domain === null || !scan?.probe) return { remedies: [], byHand: ['let hotnic reach the guest'] };
  const waits = currentUnregisterWaits(scan.probe);
  if (waits.length > 0)
    return {
      remedies: [],
      byHand: [
        `cure the unregister-stuck NIC of ${domain} first (${waits.map(({ netdev }) => netdev).join(', ')}): its kernel enumerates nothing until then`,
      ],
    };
  const rescan: Remedy = {
    kind: 'guest-blind',
    title: `rescan the PCI buses of ${domain}`,
    risk: 'none',
    riskText: 'the guest looks for new devices; what it has stays',
    acts: [{ act: 'guest-rescan', input: { domain, expect: nic.pciPath } }],
  };
  const reset: Remedy = {
    kind: 'guest-blind',
    title: `reset ${domain}, which enumerates its devices anew`,
    risk: 'guest-reset',
    riskText: 'the guest boots anew without being asked: whatever it has not written is lost',
    acts: [{ act: 'domain-reset', input: { domain, uuid: scan.view.uuid } }],
  };
  const slot = nic.pciPath === null ? null : slotOf(readGuestEvidence(scan.probe), nic.pciPath);
  // A native slot shows no power to a guest without pciehp, and is switched off: a rescan finds nothing behind it.
  const native = nic.sightings.live?.facts['slot'] === 'native';
  return {
    remedies: slot?.servedBy === null && native ? [reset] : [rescan, reset],
    byHand: [`or take the NIC out: hotnic detach ${domain} ${nic.mac ?? nic.alias ?? ''}`],
  };
};
