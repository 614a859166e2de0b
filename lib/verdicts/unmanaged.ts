import { lacks, type Judge } from './verdict.js';

/** In the guest, and given to QEMU by the definition's `qemu:commandline`: libvirt does not list it, and need not. */
export const unmanaged: Judge = (subject) => {
  const { nic } = subject;
  if (!lacks(subject, 'live') || nic.sightings.config || nic.mac === null) return null;
  if (!subject.commandLineMacs.includes(nic.mac)) return null;
  return {
    kind: 'unmanaged',
    summary: `${nic.guestName ?? nic.mac} is given to QEMU by the definition's qemu:commandline; libvirt does not manage it`,
    evidence: [`live domain XML, qemu:commandline: ${nic.mac}`],
  };
};
