import { currentUnregisterWaits } from '../../../guest/unregister-wait.js';
import type { RemedyFinder } from '../remedy.js';

/** The function is taken off the guest's bus; a real device that was wrongly called a ghost comes back by a rescan. */
export const guestGhostCure: RemedyFinder = ({ domain, nic }, scan) => {
  const seen = nic.sightings['guest-pci'];
  const { vendor, device } = seen?.facts ?? {};
  if (
    domain === null ||
    !scan?.probe ||
    !seen?.name ||
    typeof vendor !== 'string' ||
    typeof device !== 'string'
  )
    return { remedies: [], byHand: ['in the guest: echo 1 > /sys/bus/pci/devices/ADDRESS/remove'] };
  if (currentUnregisterWaits(scan.probe).length > 0)
    return {
      remedies: [],
      byHand: ['cure the unregister-stuck NIC first: a removal would hang behind it'],
    };
  return {
    remedies: [
      {
        kind: 'guest-ghost',
        title: `remove ${seen.name} from the PCI bus of ${domain}`,
        risk: 'data-path',
        riskText: `what still uses ${nic.guestName ?? seen.name} in the guest loses it; libvirt has no such NIC`,
        acts: [{ act: 'guest-remove-function', input: { domain, address: seen.name, vendor, device } }],
      },
    ],
    byHand: [],
  };
};
