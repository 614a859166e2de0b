import type { Channel, SshChannel } from '../channel/index.js';
import type { GuestEntry } from './config-file.js';
import type { CliContext } from './context.js';
import { sshEnvironment } from './ssh-environment.js';

/** A way to a guest; `found` when libvirt knows the address and nobody said that it can be reached from here. */
type Way = GuestEntry & { readonly found?: true };

/**
 * Opens the SSH connection that an entry describes. `hypervisor` is the connection to one that is another machine:
 * guests that only it reaches are reached through it.
 */
export async function openSsh(
  entry: Way,
  context: CliContext,
  signal: AbortSignal,
  hypervisor: SshChannel | null = null,
): Promise<Channel> {
  const { parseSshTarget, sshChannel } = await import('../channel/index.js');
  const endpoint = {
    ...parseSshTarget(entry.ssh),
    ...(entry.identity.length > 0 ? { identity: entry.identity } : {}),
    ...(entry.knownHosts.length > 0 ? { knownHosts: entry.knownHosts } : {}),
    ...(entry.jump === undefined ? {} : { jump: entry.jump }),
  };
  const through = isOnlyThere(endpoint.host, entry) ? hypervisor : null;
  return await sshChannel(endpoint, {
    environment: sshEnvironment(context),
    signal,
    ...(through === null ? {} : { through }),
  });
}

/**
 * Addresses on the hypervisor's own networks, and its loopback, are reached from there, over the connection that there
 * is already. A jump host that was named is the user's own word.
 */
function isOnlyThere(host: string, { found, jump }: Way): boolean {
  return jump === undefined && (found === true || host === 'localhost' || /^127\.|^::1$/.test(host));
}
