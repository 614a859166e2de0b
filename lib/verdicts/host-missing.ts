import { lacks, nameOf, qemuDevice, type Judge } from './verdict.js';

/**
 * The running definition names a host interface that the host's kernel does not have. The guest keeps its carrier,
 * and libvirt notices nothing: only the host plane shows it (measured, docs/planes-and-verdicts.md).
 */
export const hostMissing: Judge = (subject) => {
  const { live } = subject.nic.sightings;
  if (!live || live.facts['hostNetdev'] !== true || live.name === null || !lacks(subject, 'host'))
    return null;
  const direct = live.facts['type'] === 'direct' || live.name.startsWith('macvtap');
  const device = qemuDevice(subject.nic);
  return {
    kind: 'host-missing',
    summary: `the host interface ${live.name} of ${nameOf(subject.nic)} is gone: no packet passes, though the guest shows a carrier`,
    evidence: [
      `live domain XML: target ${live.name}`,
      `/sys/class/net of the host: no ${live.name}`,
      ...(device === null
        ? []
        : [`${device.readFrom}: has ${device.name ?? 'it'} on ${String(device.facts['backend'])}`]),
    ],
    cause: direct
      ? 'the macvtap was deleted, or the host device below it went away and took it along'
      : 'the tap was deleted by hand or by another tool (ip link del, a network manager); QEMU still holds its descriptor',
    next: `hotnic detach ${subject.domain} ${subject.nic.mac ?? nameOf(subject.nic)}, then attach it again`,
  };
};
