import type { Duplex } from 'node:stream';
import type * as Ssh2 from 'ssh2';
import type { Client, ClientChannel } from 'ssh2';
import { SshError } from '../errors/ssh-error.js';
import { hostName } from '../known-hosts/index.js';
import type { Dialer } from '../transport/dialer.js';
import { dialTcp } from '../transport/tcp.js';
import { hostCheck } from './host-check.js';
import { Login } from './login.js';
import type { SshOptions } from './options.js';

/** Gives the sockets at which the daemon may listen over there; `runtimeFolder` asks for the user's XDG_RUNTIME_DIR. */
export type RemoteSockets = (runtimeFolder: () => Promise<string>) => Promise<readonly string[]>;

/**
 * Dials a daemon's unix socket on another machine through SSH. The package ssh2 is loaded here, at the first use.
 * @throws SshError, UnreachableError; the signal's reason when aborted.
 */
export function sshDialer(options: SshOptions, sockets: RemoteSockets): Dialer {
  return async (signal) => {
    const client = await login(options, signal);
    try {
      const paths = await orAbort(
        sockets(() => runtimeFolder(client, options)),
        signal,
      );
      return await orAbort(forward(client, options, paths), signal);
    } catch (error) {
      client.destroy();
      throw error;
    }
  };
}

async function login(options: SshOptions, signal: AbortSignal): Promise<Client> {
  const ssh2 = await loadSsh2(options);
  const check = await hostCheck(options);
  const way = new Login(options, ssh2.utils, signal);
  const sock = await dialTcp(options.host, options.port, signal);
  const client = new ssh2.Client();
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', reject);
    client.once('close', () => {
      reject(new Error('the server closed the connection'));
    });
  });
  client.on('error', () => undefined);
  try {
    client.connect({
      sock,
      username: options.user,
      readyTimeout: 0,
      keepaliveInterval: 15_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: [...check.algorithms] },
      hostVerifier: (key: Buffer) => check.accept(key),
      authHandler: way.handler,
    });
    await orAbort(ready, signal);
  } catch (cause) {
    client.destroy();
    sock.destroy();
    signal.throwIfAborted();
    throw check.refusal ?? explain(cause, options, way);
  }
  await check.remember();
  return client;
}

async function loadSsh2(options: SshOptions): Promise<typeof Ssh2> {
  try {
    // A CommonJS module: its names may be on the default export alone.
    const loaded = (await import('ssh2')) as typeof Ssh2 & { default?: typeof Ssh2 };
    return loaded.default ?? loaded;
  } catch (cause) {
    const what = 'the ssh transport needs the package ssh2: npm install ssh2';
    throw new SshError('missing-package', hostName(options), what, cause);
  }
}

async function forward(client: Client, options: SshOptions, paths: readonly string[]): Promise<Duplex> {
  let last: unknown;
  for (const path of paths) {
    try {
      const channel = await open(client, path);
      channel.once('close', () => client.end());
      client.once('close', () => channel.destroy());
      return channel;
    } catch (error) {
      last = error;
    }
  }
  const name = hostName(options);
  // OpenSSH says "connect failed" of a socket that is not there and of one that it may not forward to.
  throw new SshError(
    'socket-missing',
    name,
    `no libvirt daemon could be reached on ${name} at ${paths.join(' or ')}: is it installed and running there, may ${options.user} open its socket, and does sshd_config allow it (AllowStreamLocalForwarding)?`,
    last,
  );
}

function open(client: Client, path: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject(error);
    });
  });
}

/** A session daemon's socket lies in its user's runtime folder. */
function runtimeFolder(client: Client, options: SshOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec('printf %s "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"', (error, channel) => {
      if (error !== undefined) {
        reject(error);
        return;
      }
      let said = '';
      channel.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(0, 300);
      });
      channel.stderr.resume();
      channel.once('close', () => {
        const name = hostName(options);
        if (/^\/[\w./-]{1,200}$/.test(said)) resolve(said);
        else
          reject(
            new SshError(
              'socket-missing',
              name,
              `${name} does not say where its session daemon listens; add ?socket=`,
            ),
          );
      });
    });
  });
}

function explain(cause: unknown, options: SshOptions, way: Login): SshError {
  const name = hostName(options);
  const message = cause instanceof Error ? cause.message : String(cause);
  const level = cause instanceof Error && 'level' in cause ? cause.level : '';
  if (level !== 'client-authentication') {
    return new SshError('lost', name, `SSH to ${name} failed: ${message}`, cause);
  }
  const tried = way.tried.length === 0 ? 'there was no key to offer' : `tried ${way.tried.join(', ')}`;
  return new SshError(
    'authentication',
    name,
    `${name} does not let ${options.user} in through SSH (${tried}); try: ssh ${options.user}@${options.host}`,
    cause,
  );
}

async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // What lost the race has nobody left to tell.
    work.catch(() => undefined);
  }
}
