import { isHostdev, lacks, nameOf, qemuDevice, type Judge } from './verdict.js';

/** The guest lists a NIC behind a hot-plug port that the running definition no longer has, nor QEMU where it was asked. */
export const guestGhost: Judge = (subject) => {
  const seen = subject.nic.sightings['guest-pci'];
  if (
    !seen ||
    seen.facts['hotplugSlot'] !== true ||
    !lacks(subject, 'live') ||
    subject.commandLineMacs.length > 0 ||
    qemuDevice(subject.nic) !== null ||
    isHostdev(subject)
  )
    return null;
  const asked = lacks(subject, 'qemu');
  return {
    kind: 'guest-ghost',
    summary: `the guest still lists ${nameOf(subject.nic)} at ${seen.name ?? 'an unknown address'}, the running definition does not`,
    evidence: [
      `/sys/bus/pci/devices of the guest: ${seen.name ?? 'listed'}`,
      'live domain XML: does not have it',
      ...(asked ? ['QEMU: does not have it'] : []),
    ],
    cause: asked
      ? 'the device is gone, and the guest did not process its removal: its hot-plug driver missed it or is stuck'
      : 'the guest did not process a removal, or QEMU still has a device that libvirt has forgotten (the qemu plane was not asked)',
    next: `hotnic ghosts clean ${subject.domain} --kind guest-ghost (in the guest: echo 1 > /sys/bus/pci/devices/${seen.name ?? 'ADDRESS'}/remove)`,
  };
};
