import { lacks, nameOf, type Judge } from './verdict.js';

/** The guest's PCI bus shows the NIC, and no driver has taken it. */
export const driverless: Judge = (subject) => {
  const seen = subject.nic.sightings['guest-pci'];
  if (seen?.facts['driver'] !== null || !lacks(subject, 'guest-net')) return null;
  return {
    kind: 'driverless',
    summary: `the guest shows ${nameOf(subject.nic)} at ${seen.name ?? 'an unknown address'}, and no driver has taken it`,
    evidence: [
      `/sys/bus/pci/devices/${seen.name ?? ''} of the guest: no driver`,
      '/sys/class/net of the guest: no netdev on it',
    ],
    next: 'load the driver in the guest (modprobe), or attach with another --model',
  };
};
