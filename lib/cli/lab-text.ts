import type { LabStatus } from '../lab/index.js';
import { table } from './table.js';

/** A lab for people: its guests, and how libvirt is reached from outside. */
export function labText(status: LabStatus): string {
  const rows = status.guests.map(({ name, machine, domainState, sshReady, sshPort }) => [
    name,
    machine,
    domainState,
    sshReady ? `ready (127.0.0.1:${sshPort} inside)` : 'not yet',
  ]);
  const outside = !status.guests.some(({ machine }) => machine === 'hypervisor');
  const where = outside ? 'libvirt from outside' : 'libvirt, from inside the lab';
  return `${table(['GUEST', 'MACHINE', 'STATE', 'SSH'], rows)}\n\n${where}: ${status.libvirtUri}`;
}
