import { HotnicError } from '../errors/hotnic-error.js';
import type { GuestProbe } from './probe-types.js';

/**
 * The argument vector that feeds a script on standard input to the guest's shell, as root where the guest lets this
 * user be root. The arguments are the script's "$1", "$2", …; nothing of them is ever part of the script.
 */
export function guestShell(probe: GuestProbe, args: readonly string[]): string[] {
  const shell = ['sh', '-s', '--', ...args];
  return probe.user.root === 'sudo' ? ['sudo', '-n', ...shell] : shell;
}

/** Throws `guest-not-root` when changes in the guest are impossible for this user. */
export function requireRoot(probe: GuestProbe, attempted: string): void {
  if (probe.user.root !== 'no') return;
  throw new HotnicError('guest-not-root', 'The guest only lets its root change network interfaces', {
    attempted,
    seen: `user id ${probe.user.uid ?? 'unknown'}, and sudo does not work without a password`,
    next: 'log in as root, or allow this user sudo without a password',
  });
}
