import { usageError } from '../errors/hotnic-error.js';
import { labExecArgv } from './exec.js';
import type { LabEntrance } from './exec.js';

/**
 * The argument vector of an ssh command into a guest, run inside the lab. The guest's host key is checked against the
 * lab's known_hosts; nothing of the user's own ssh configuration takes part. `command` is what ssh sends to the
 * guest's shell; without it ssh opens a session.
 * @throws HotnicError `lab-guest-unknown`.
 */
export function labSshArgv(
  lab: LabEntrance,
  guest: string,
  command: readonly string[] = [],
): readonly string[] {
  const found = lab.guests.find(({ name }) => name === guest);
  if (found === undefined) {
    const names = lab.guests.map(({ name }) => name).join(', ');
    throw usageError(
      'lab-guest-unknown',
      `lab ${lab.name} has no guest ${JSON.stringify(guest)}`,
      `use one of: ${names}`,
    );
  }
  const options = {
    IdentityFile: lab.identity,
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: lab.knownHosts,
    StrictHostKeyChecking: 'yes',
    LogLevel: 'ERROR',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const ssh = ['ssh', '-F', 'none', ...flags, '-p', `${found.sshPort}`, 'root@127.0.0.1'];
  return labExecArgv(lab, command.length === 0 ? ssh : [...ssh, '--', ...command], '/');
}
