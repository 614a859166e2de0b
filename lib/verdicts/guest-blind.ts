import { lacks, nameOf, type Judge } from './verdict.js';

/** Libvirt runs the NIC, and the guest's PCI bus does not show it. */
export const guestBlind: Judge = (subject) => {
  const { live } = subject.nic.sightings;
  if (!live || live.pciPath === null || !lacks(subject, 'guest-pci')) return null;
  return {
    kind: 'guest-blind',
    summary: `${nameOf(subject.nic)} is attached, and the guest's PCI bus does not show it`,
    evidence: [
      `live domain XML: PCI path ${live.pciPath}`,
      `/sys/bus/pci/devices of the guest: nothing at ${live.pciPath}`,
    ],
    next: 'in the guest: echo 1 > /sys/bus/pci/rescan; or take it out with hotnic detach',
  };
};
