import { usageError } from '../errors/hotnic-error.js';

/** Where labs keep their state: a folder each, gone when the lab is down. */
export const LAB_ROOT = '/run/hotnic/lab';
/** The lab that commands mean when none is named. */
export const DEFAULT_LAB = 'lab';

/** The files and folders of one lab. */
export interface LabPaths {
  readonly name: string;
  readonly stateDir: string;
  readonly stateFile: string;
  readonly configFile: string;
  readonly knownHosts: string;
  readonly identity: string;
  readonly libvirtUri: string;
  /** Where a guest's key files and its serial log are. */
  guestDir(guest: string): string;
}

/** @throws HotnicError `lab-name-invalid` for a name that could not be a folder, a domain and a host name alike. */
export function labPaths(name: string = DEFAULT_LAB): LabPaths {
  const stateDir = `${LAB_ROOT}/${checkName(name, 'lab')}`;
  return {
    name,
    stateDir,
    stateFile: `${stateDir}/state.json`,
    configFile: `${stateDir}/config.yaml`,
    knownHosts: `${stateDir}/known_hosts`,
    identity: `${stateDir}/id_ed25519`,
    libvirtUri: `qemu+unix:///system?socket=${stateDir}/run/libvirt-sock`,
    guestDir: (guest) => `${stateDir}/guests/${checkName(guest, 'guest')}`,
  };
}

/** Gives `name` back when it can name a lab or a guest. Throws HotnicError `lab-name-invalid`. */
export function checkName(name: string, what: 'lab' | 'guest'): string {
  if (/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) return name;
  throw usageError(
    'lab-name-invalid',
    `${JSON.stringify(name.slice(0, 64))} cannot name a ${what}`,
    'use lower-case letters, digits and hyphens, 32 at most',
  );
}
