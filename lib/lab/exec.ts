import { dirname } from 'node:path';
import type { LabStatus } from './types.js';

/** What {@link labExecArgv} and {@link labSshArgv} take from a lab. */
export type LabEntrance = Pick<
  LabStatus,
  'name' | 'holderPid' | 'configFile' | 'knownHosts' | 'identity' | 'guests'
>;

/**
 * The argument vector that runs `argv` inside a lab's namespaces, in the folder `cwd` (default: this process's), with
 * HOTNIC_CONFIG, HOTNIC_LAB and XDG_STATE_HOME set. There `qemu:///system` is the lab's libvirtd and 127.0.0.1 leads to its guests.
 * Of a hypervisor lab, whose libvirtd is in the outer machine, LIBVIRT_DEFAULT_URI leads there.
 */
export function labExecArgv(
  lab: Pick<LabEntrance, 'name' | 'holderPid' | 'configFile'> & Partial<Pick<LabStatus, 'libvirtUri'>>,
  argv: readonly string[],
  cwd: string = process.cwd(),
): readonly string[] {
  const { libvirtUri = '' } = lab;
  const environment = [
    ...(libvirtUri.startsWith('qemu+ssh:')
      ? [`LIBVIRT_DEFAULT_URI=${libvirtUri}`]
      : ['-u', 'LIBVIRT_DEFAULT_URI']),
    `HOTNIC_CONFIG=${lab.configFile}`,
    `HOTNIC_LAB=${lab.name}`,
    // The journal of what is done to the lab goes with the lab, not into the machine's own.
    `XDG_STATE_HOME=${dirname(lab.configFile)}/state`,
  ];
  // nsenter's own option for the folder is newer than some systems' nsenter.
  const prefix = ['env', `--chdir=${cwd}`, ...environment];
  return ['nsenter', '--target', `${lab.holderPid}`, '--net', '--mount', '--', ...prefix, ...argv];
}
