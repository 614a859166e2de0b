import type { Duplex } from 'node:stream';
import { credentialsSource } from './auth/auth-file.js';
import { authenticate, type AuthOptions } from './auth/authenticate.js';
import type { CredentialsCallback } from './auth/credentials.js';
import { Connection } from './connection.js';
import { CallTimeoutError } from './errors/call-timeout-error.js';
import { ConnectionLostError } from './errors/connection-lost-error.js';
import { ConnectFlags, Feature } from './protocol/program.js';
import { procedures } from './protocol/procedures.js';
import { RpcClient } from './rpc/client.js';
import { Link, type ReconnectOptions } from './rpc/link.js';
import type { KeepAliveOptions } from './rpc/keepalive.js';
import type { Dialer } from './transport/dialer.js';
import { resolveUri } from './transport/client-config.js';
import { dialerFor } from './transport/dialer-for.js';
import type { Environment } from './transport/socket-path.js';
import { parseUri, type LibvirtUri } from './transport/uri.js';

/** Options of connect(). */
export interface ConnectOptions {
  /** Open for reading only: the daemon refuses every change. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Gives the attempt up with the signal's reason; no effect once connected. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole of connecting, and the default deadline of each call. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** An already open stream to the daemon's socket (an SSH channel, a test's pair), or what opens one; the connection then owns it. */
  readonly stream?: Duplex | Dialer | undefined;
  /** Pings from this side; worth having where a connection can die silently (SSH). Default: none. */
  readonly keepAlive?: KeepAliveOptions | undefined;
  /** Makes a lost connection again; not with an open `stream`, which cannot be opened twice. Default: no. */
  readonly reconnect?: boolean | ReconnectOptions | undefined;
  /** Asked for a name and a password where auth.conf has none; its time counts as connecting. */
  readonly credentials?: CredentialsCallback | undefined;
  /** Where XDG_RUNTIME_DIR, HOME, LIBVIRT_DEFAULT_URI, SSH_AUTH_SOCK and so on are read from. Default: process.env. */
  readonly env?: Environment | undefined;
}

/**
 * Opens a connection to a libvirt daemon. `uri` may be an alias of libvirt.conf; without it `LIBVIRT_DEFAULT_URI` is
 * opened, then libvirt.conf's `uri_default`, then `qemu:///system` for root and `qemu:///session` for others.
 * @example const connection = await connect('qemu:///system');
 * @throws InvalidUriError, SocketError, UnreachableError, TlsError, SshError, AuthenticationError; CallTimeoutError with
 *   procedure "connect"; LibvirtError when the daemon does not open the URI; ConnectionLostError when it hangs up; the
 *   abort reason of `options.signal`.
 */
export async function connect(uri?: string, options: ConnectOptions = {}): Promise<Connection> {
  const { readOnly = false, timeoutMs = 30_000, stream, env = process.env } = options;
  const root = process.geteuid?.() === 0;
  const parsed = parseUri(await resolveUri(uri, env, root));
  const credentials = credentialsSource(parsed, env, options.credentials);
  const dial = dialerOf(stream) ?? dialerFor(parsed, { readOnly, env, root, credentials });
  const login: AuthOptions = {
    auth: parsed.params.get('auth'),
    host: parsed.host ?? 'localhost',
    secure: parsed.transport !== 'tcp',
    credentials,
  };
  const reopen = async (signal: AbortSignal | undefined): Promise<RpcClient> => {
    const deadline = startDeadline(timeoutMs, signal);
    try {
      const client = new RpcClient(await dial(deadline.signal), timeoutMs);
      return await open(client, parsed, options, login, deadline.signal);
    } finally {
      deadline.stop();
    }
  };
  const client = await reopen(options.signal);
  const again = options.reconnect ?? false;
  const link = again === false ? new Link(client) : new Link(client, reopen, again === true ? {} : again);
  return new Connection(link, parsed.daemonUri);
}

function dialerOf(stream: Duplex | Dialer | undefined): Dialer | null {
  if (stream === undefined || typeof stream === 'function') return stream ?? null;
  return () =>
    stream.destroyed
      ? Promise.reject(new ConnectionLostError('the stream was used up'))
      : Promise.resolve(stream);
}

async function open(
  client: RpcClient,
  uri: LibvirtUri,
  { readOnly = false, keepAlive }: ConnectOptions,
  login: AuthOptions,
  signal: AbortSignal,
): Promise<RpcClient> {
  try {
    await authenticate(client, login, { signal });
    // The question is also the permission: from here on the daemon may ping, and this side answers.
    const feature = { feature: Feature.programKeepalive };
    const { supported } = await client.call(
      'connectSupportsFeature',
      procedures.connectSupportsFeature,
      feature,
      { signal },
    );
    const flags = readOnly ? ConnectFlags.readOnly : 0;
    await client.call('connectOpen', procedures.connectOpen, { name: uri.daemonUri, flags }, { signal });
    if (keepAlive !== undefined && supported === 1) client.startKeepAlive(keepAlive);
    return client;
  } catch (error) {
    client.end(error instanceof Error ? error : new ConnectionLostError(String(error)));
    throw error;
  }
}

function startDeadline(
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { signal: AbortSignal; stop(): void } {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new CallTimeoutError('connect', timeoutMs));
  }, timeoutMs);
  const onAbort = (): void => {
    controller.abort(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    stop: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
