import type { Duplex } from 'node:stream';
import { authenticate } from './auth/authenticate.js';
import { Connection } from './connection.js';
import { CallTimeoutError } from './errors/call-timeout-error.js';
import { ConnectionLostError } from './errors/connection-lost-error.js';
import { InvalidUriError } from './errors/invalid-uri-error.js';
import { ConnectFlags, Feature } from './protocol/program.js';
import { procedures } from './protocol/procedures.js';
import { RpcClient } from './rpc/client.js';
import type { KeepAliveOptions } from './rpc/keepalive.js';
import type { Dialer } from './transport/dialer.js';
import { socketPaths, type Environment } from './transport/socket-path.js';
import { unixDialer } from './transport/unix.js';
import { parseUri, type LibvirtUri } from './transport/uri.js';

/** Options of connect(). */
export interface ConnectOptions {
  /** Open for reading only: the daemon refuses every change. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Gives the attempt up with the signal's reason; no effect once connected. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole of connecting, and the default deadline of each call. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** An already open stream to the daemon's socket (an SSH channel, a test's pair); the connection then owns it. */
  readonly stream?: Duplex | undefined;
  /** Pings from this side; worth having where a connection can die silently (SSH). Default: none. */
  readonly keepAlive?: KeepAliveOptions | undefined;
  /** Where XDG_RUNTIME_DIR, XDG_CACHE_HOME and HOME are read from. Default: process.env. */
  readonly env?: Environment | undefined;
}

/**
 * Opens a connection to a libvirt daemon.
 * @example const connection = await connect('qemu:///system');
 * @throws InvalidUriError, SocketError, AuthenticationError; CallTimeoutError with procedure "connect"; LibvirtError when
 *   the daemon does not open the URI; ConnectionLostError when it hangs up; the abort reason of `options.signal`.
 */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Connection> {
  const parsed = parseUri(uri);
  const { timeoutMs = 30_000, stream } = options;
  const dial = stream === undefined ? dialerFor(parsed, uri, options) : () => Promise.resolve(stream);
  const deadline = startDeadline(timeoutMs, options.signal);
  try {
    const client = new RpcClient(await dial(deadline.signal), timeoutMs);
    return await open(client, parsed, options, deadline.signal);
  } finally {
    deadline.stop();
  }
}

function dialerFor(uri: LibvirtUri, text: string, options: ConnectOptions): Dialer {
  if (uri.transport !== 'unix') {
    throw new InvalidUriError(
      'unsupported-transport',
      text,
      `this library does not dial ${uri.transport} itself; give connect() an open stream to the daemon's socket`,
    );
  }
  return unixDialer(socketPaths(uri, options.readOnly === true, options.env ?? process.env));
}

async function open(
  client: RpcClient,
  uri: LibvirtUri,
  { readOnly = false, keepAlive }: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> {
  try {
    await authenticate(client, { signal });
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
    return new Connection(client, uri.daemonUri);
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
