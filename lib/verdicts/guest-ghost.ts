import { lacks, nameOf, type Judge } from './verdict.js';

/** The guest lists a NIC behind a hot-plug port that the running definition no longer has. */
export const guestGhost: Judge = (subject) => {
  const seen = subject.nic.sightings['guest-pci'];
  if (
    !seen ||
    seen.facts['hotplugSlot'] !== true ||
    !lacks(subject, 'live') ||
    subject.commandLineMacs.length > 0
  )
    return null;
  return {
    kind: 'guest-ghost',
    summary: `the guest still lists ${nameOf(subject.nic)} at ${seen.name ?? 'an unknown address'}, the running definition does not`,
    evidence: [
      `/sys/bus/pci/devices of the guest: ${seen.name ?? 'listed'}`,
      'live domain XML: does not have it',
    ],
    next: `in the guest: echo 1 > /sys/bus/pci/devices/${seen.name ?? 'ADDRESS'}/remove`,
  };
};
