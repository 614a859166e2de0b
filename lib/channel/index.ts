/** Commands, files and line streams on this machine and over SSH. Loading this module does not load ssh2. */
import type { SshChannel, SshEndpoint, SshOptions } from './ssh/endpoint.js';

export type * from './channel.js';
export type * from './ssh/endpoint.js';
export { localChannel, type LocalOptions } from './local.js';
export { quoteArgv } from './quote.js';
export { parseSshTarget, parseJumps } from './ssh/target.js';

/**
 * Opens one SSH connection (through jump hosts if there are any) on which commands, files, line streams and forwarded
 * sockets run. The host keys of all hops are checked against known_hosts and never accepted silently.
 * @throws HotnicError `ssh-refused`, `ssh-unreachable`, `ssh-auth-failed`, `ssh-protocol`, `host-key-unknown`,
 *   `host-key-changed`, `host-key-revoked`, `known-hosts-malformed`, `ssh-config` (usage); the abort reason.
 */
export async function sshChannel(endpoint: SshEndpoint, options: SshOptions): Promise<SshChannel> {
  const { openSshChannel } = await import('./ssh/open.js');
  return openSshChannel(endpoint, options);
}
