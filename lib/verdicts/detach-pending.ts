import { whyPending } from './pending-cause.js';
import { nameOf, qemuDevice, type Case, type Judge, type RemovalRequest } from './verdict.js';

/** It was asked to go, by hotnic's own record or by what its slot shows, and it is still in the running definition. */
export const detachPending: Judge = (subject) => {
  const { live } = subject.nic.sightings;
  if (!live) return null;
  const request = subject.removalRequests.find((one) => isOf(one, subject));
  const slot = slotRequest(subject);
  if (!request && slot === null) return null;
  const { cause, next } = whyPending(subject);
  return {
    kind: 'detach-pending',
    summary: `${nameOf(subject.nic)} was asked to go and is still there`,
    evidence: [
      ...(request
        ? [`journal: asked to go at ${new Date(request.askedAt).toISOString()} (run ${request.run})`]
        : []),
      ...(slot === null ? [] : [slot]),
      'live domain XML: still has it',
    ],
    cause,
    ...(request?.fromBoth === true && subject.nic.sightings.config ? { wanted: 'gone' as const } : {}),
    next,
  };
};

/** The alias names one device of this boot; the MAC must not contradict it. */
function isOf({ alias, mac, goneSince }: RemovalRequest, { nic: { sightings } }: Case): boolean {
  const live = sightings.live;
  if (goneSince) return false;
  if (alias !== null && live?.alias !== null)
    return alias === live?.alias && (mac === null || mac === live.mac);
  return mac !== null && mac === live?.mac;
}

/**
 * What the registers of a native slot say. A press that nobody has read is a removal, unless a card came at the same
 * time (QEMU presses the button on attach too, hw/pci/pcie.c). While the guest waits its 5 s the indicator blinks; so
 * it does when a card is switched on, but then the guest has no netdev on it yet.
 */
function slotRequest({ nic }: Case): string | null {
  const facts = qemuDevice(nic)?.facts;
  if (facts?.['attentionPressed'] === true && facts['presenceChanged'] !== true)
    return 'the slot’s registers (QEMU): attention button pressed, not read by the guest';
  if (facts?.['powerIndicator'] === 'blinking' && nic.sightings['guest-net'])
    return 'the slot’s registers (QEMU): power indicator blinking, the guest is about to switch it off';
  return null;
}
