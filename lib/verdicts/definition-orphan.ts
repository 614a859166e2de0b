import { loneBackend, nameOf, qemuDevice, stateOf, type Judge } from './verdict.js';

/** In the running definition, and QEMU has no such device: libvirt has missed that it went. */
export const definitionOrphan: Judge = (subject) => {
  const { nic, readings } = subject;
  if (!nic.sightings.live || stateOf(readings, 'qemu') !== 'read' || qemuDevice(nic)) return null;
  const backend = loneBackend(nic);
  return {
    kind: 'definition-orphan',
    summary: `${nameOf(nic)} is in the running definition, and QEMU has no such device`,
    evidence: [
      'live domain XML: has it',
      `QEMU (query-pci, qom-list, info network): no device ${nic.alias ?? nameOf(nic)}`,
      ...(backend === null ? [] : [`${backend.readFrom}: its backend ${backend.name ?? ''} is still there`]),
    ],
    cause:
      'the device left QEMU and libvirt missed the event (the daemon was restarted at that moment, or it was taken ' +
      'out through the monitor); libvirt 7.9 and 7.10 with QEMU 6.2 lost it regularly',
    next: `hotnic detach ${subject.domain} ${nic.alias ?? nameOf(nic)} --live: libvirt then finishes the removal`,
  };
};
