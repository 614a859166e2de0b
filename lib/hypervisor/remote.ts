import type { Duplex } from 'node:stream';
import { parseUri, socketPaths, type LibvirtUri } from 'node-libvirt';
import type { SshChannel, SshEndpoint } from '../channel/index.js';
import { HotnicError, usageError } from '../errors/hotnic-error.js';

/**
 * The machine that a libvirt URI reaches by SSH (`qemu+ssh://user@host:port/system?keyfile=…&known_hosts=…`, also
 * `+libssh` and `+libssh2`, which differ in the library alone); null for a URI of another transport.
 * @throws HotnicError `uri-invalid` (usage), also for `no_verify`: hotnic always checks host keys; InvalidUriError
 */
export function sshEndpointOf(uri: string): SshEndpoint | null {
  const parsed = parseUri(uri);
  if (!SSH.has(parsed.transport)) return null;
  const { host, port, user, params } = parsed;
  if (host === null)
    throw usageError('uri-invalid', `${uri} names no host`, 'hotnic --connect qemu+ssh://root@host/system …');
  if (params.get('no_verify') === '1' || params.get('known_hosts_verify') === 'ignore')
    throw usageError(
      'uri-invalid',
      'hotnic does not connect to a machine whose host key is not checked',
      `take the parameter out, and let ssh ${host} show the key once: compare it with the machine's own before you accept it`,
    );
  const identity = params.get('keyfile');
  const knownHosts = params.get('known_hosts');
  return {
    host,
    ...(port === null ? {} : { port }),
    ...(user === null ? {} : { user }),
    ...(identity === undefined ? {} : { identity: [identity] }),
    ...(knownHosts === undefined ? {} : { knownHosts: [knownHosts] }),
  };
}

const SSH: ReadonlySet<string> = new Set(['ssh', 'libssh', 'libssh2']);

/**
 * Opens the socket of libvirt's daemon on the machine at the other end, the first of those where one may listen
 * (node-libvirt, socketPaths). No helper and no netcat runs over there.
 * @throws HotnicError `libvirt-missing` when nobody listens at any of them, `ssh-dial`, `ssh-closed`
 */
export async function dialDaemon(
  uri: string,
  remote: SshChannel,
  { readOnly, signal }: { readonly readOnly: boolean; readonly signal?: AbortSignal },
): Promise<Duplex> {
  const parsed = parseUri(uri);
  const env = parsed.path === '/session' ? await sessionEnvironment(parsed, remote, signal) : {};
  let last: unknown;
  const paths = socketPaths(parsed, readOnly, env);
  for (const path of paths)
    try {
      return await remote.dialUnix(path, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HotnicError) || error.code !== 'ssh-dial') throw error;
      last = error;
    }
  throw new HotnicError('libvirt-missing', `no libvirt daemon answers on ${remote.label}`, {
    attempted: `connect to ${paths.join(', then ')} there`,
    seen: last instanceof Error ? last.message : String(last),
    why: 'the daemon does not run there, listens elsewhere, or the user may not open its socket',
    state: 'nothing was changed',
    next: `ssh ${remote.label} systemctl status libvirtd; or name its socket with ?socket=`,
    cause: last,
  });
}

/** Where the session daemon's socket is, in the words of the user over there. */
async function sessionEnvironment(
  { daemonUri }: LibvirtUri,
  remote: SshChannel,
  signal?: AbortSignal,
): Promise<{ readonly XDG_RUNTIME_DIR: string }> {
  const script = 'printf %s "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"';
  const { status, stdout } = await remote.run(['sh', '-c', script], signal === undefined ? {} : { signal });
  if (status === 0 && /^\/[\w./-]{1,200}$/.test(stdout)) return { XDG_RUNTIME_DIR: stdout };
  throw new HotnicError('libvirt-missing', `${remote.label} does not say where ${daemonUri} listens`, {
    next: 'name its socket with ?socket=',
  });
}
