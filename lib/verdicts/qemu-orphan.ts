import { isHostdev, lacks, loneBackend, nameOf, qemuDevice, type Judge } from './verdict.js';

/**
 * QEMU has a NIC or a network backend that the running definition does not name, and that did not come from its
 * `qemu:commandline`.
 */
export const qemuOrphan: Judge = (subject) => {
  const { nic } = subject;
  const seen = nic.sightings.qemu;
  if (!seen || !lacks(subject, 'live') || seen.facts['commandLine'] === true) return null;
  if (isHostdev(subject)) return null;
  if (nic.mac !== null && subject.commandLineMacs.includes(nic.mac)) return null;
  const device = qemuDevice(nic);
  const backend = loneBackend(nic);
  const name =
    device === null ? `the backend ${backend?.name ?? '?'}` : `the device ${device.name ?? nameOf(nic)}`;
  const place = device?.pciPath == null ? '' : ` at PCI path ${device.pciPath}`;
  const guest = nic.sightings['guest-net'] ?? nic.sightings['guest-pci'];
  return {
    kind: 'qemu-orphan',
    summary: `QEMU has ${name}${place}, which the running definition does not name`,
    evidence: [
      `${seen.readFrom}: ${name}${nic.mac === null ? '' : `, MAC ${nic.mac}`}`,
      'live domain XML: does not have it, nor does its qemu:commandline',
      ...(guest === undefined ? [] : [`${guest.readFrom}: ${guest.name ?? 'has it'}`]),
      ...(nic.sightings.config ? ['persistent domain XML: has it'] : []),
    ],
    cause:
      device === null
        ? 'an attach that failed half-way or a detach that was cut short left it behind, or it was added through the monitor'
        : 'libvirt was restarted while the device came or went, or it was added through the monitor (device_add)',
    next: `hotnic ghosts clean ${subject.domain}`,
  };
};
