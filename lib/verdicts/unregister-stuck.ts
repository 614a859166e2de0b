import { nameOf, type Judge } from './verdict.js';

/**
 * The guest's kernel waits for the last reference to a netdev. While it waits the netdev is out of /sys/class/net and
 * its PCI function is still there (measured on a real guest).
 */
export const unregisterStuck: Judge = (subject) => {
  const seen = subject.nic.sightings['guest-pci'];
  const wait = subject.unregisterWaits[0];
  if (!seen || !wait || subject.nic.sightings['guest-net']) return null;
  return {
    kind: 'unregister-stuck',
    summary: `the guest's kernel cannot let go of ${wait.netdev}: something holds a reference to it (${nameOf(subject.nic)})`,
    evidence: [
      `kernel log of the guest: ${wait.text}`,
      `/sys/bus/pci/devices of the guest: ${seen.name ?? 'listed'}`,
    ],
    next: 'end what holds it in the guest (packet sockets, namespaces, VPN); the removal then goes on by itself',
  };
};
