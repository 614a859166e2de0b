import type { LabPaths } from '../paths.js';
import { MACHINE_SSH_PORT } from './machine.js';

/** The outer machine's libvirtd as hotnic reaches it by SSH, from inside the lab's namespaces. */
export function machineUri({ identity, knownHosts }: Pick<LabPaths, 'identity' | 'knownHosts'>): string {
  return `qemu+ssh://root@127.0.0.1:${MACHINE_SSH_PORT}/system?keyfile=${identity}&known_hosts=${knownHosts}`;
}
