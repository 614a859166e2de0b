import { isHostdev, lacks, nameOf, type Judge } from './verdict.js';

/**
 * No `<interface>`, and meant so: given to QEMU by the definition's `qemu:commandline`, or a function of the host that
 * is passed through as `<hostdev>`.
 */
export const unmanaged: Judge = (subject) => {
  const { nic } = subject;
  if (!lacks(subject, 'live') || nic.sightings.config) return null;
  if (isHostdev(subject))
    return {
      kind: 'unmanaged',
      summary: `${nameOf(nic)} is a function of the host, passed through as <hostdev>: no interface to libvirt`,
      evidence: [`live domain XML, hostdev: PCI path ${nic.pciPath ?? ''}`],
    };
  const byMac = nic.mac !== null && subject.commandLineMacs.includes(nic.mac);
  if (!byMac && nic.sightings.qemu?.facts['commandLine'] !== true) return null;
  const name = nic.guestName ?? nic.mac ?? nic.sightings.qemu?.name ?? 'a NIC';
  return {
    kind: 'unmanaged',
    summary: `${name} is given to QEMU by the definition's qemu:commandline; libvirt does not manage it`,
    evidence: [`live domain XML, qemu:commandline: ${byMac ? nic.mac : (nic.sightings.qemu?.name ?? '')}`],
  };
};
