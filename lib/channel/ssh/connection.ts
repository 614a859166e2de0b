import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { readKnownHosts } from 'node-libvirt/known-hosts';
import { Client } from 'ssh2';
import { deferred } from '../command/deferred.js';
import { orAbort } from '../command/stop.js';
import { Authentication } from './authentication.js';
import { authFailed, connectionLost, protocolError, socketError } from './errors.js';
import { HostKeyChecker } from './host-key.js';
import { hopLabel, type Hop } from './hop.js';
import { collectOffers } from './identities.js';
import type { HotnicError } from '../../errors/hotnic-error.js';

/** One logged-in SSH connection. */
export interface Connection {
  readonly client: Client;
  readonly label: string;
  /** Aborts with `ssh-closed` as its reason when the connection ends. */
  readonly lost: AbortSignal;
  end(): void;
}

export interface ConnectOptions {
  readonly keepaliveMs: number;
  readonly signal: AbortSignal;
  /** Told how far it has come, for the message of a deadline. */
  readonly progress: (stage: string) => void;
}

const KEEPALIVES_MISSED = 3;
const GOODBYE_MS = 1000;

/** Connects and logs in to one hop, over `through` when it comes from a hop before. */
export async function connectHop(
  hop: Hop,
  through: Duplex | undefined,
  options: ConnectOptions,
): Promise<Connection> {
  const label = hopLabel(hop);
  const known = await readKnownHosts(hop.knownHosts);
  const auth = new Authentication(hop.user, await orAbort(collectOffers(hop), options.signal));
  options.progress(`connecting to ${label}`);
  const sock = through ?? (await openTcp(hop, label, options.signal));
  options.progress(`shaking hands with ${label}`);
  const checker = new HostKeyChecker(
    {
      host: hop.hostKeyAlias ?? hop.host,
      dial: hop.host,
      port: hop.port,
      aliased: hop.hostKeyAlias !== undefined,
      user: hop.user,
      files: hop.knownHosts,
      ...(hop.jump === undefined ? {} : { jump: hop.jump }),
    },
    known,
  );
  return login(hop, label, sock, checker, auth, options);
}

async function login(
  hop: Hop,
  label: string,
  sock: Duplex,
  checker: HostKeyChecker,
  auth: Authentication,
  options: ConnectOptions,
): Promise<Connection> {
  const client = new Client();
  const ready = deferred<undefined>();
  const lost = new AbortController();
  let refusal: HotnicError | undefined;
  let keyAccepted = false;
  let last: Error | undefined;
  const fail = (error: HotnicError): void => {
    ready.reject(error);
    lost.abort(error);
  };
  client.on('ready', () => {
    ready.resolve(undefined);
  });
  client.on('error', (error: Error & { level?: string }) => {
    if (error.level === 'agent') {
      return; // one key could not be used; the next is tried
    }
    last ??= error;
    if (error.level === 'client-authentication' || /authentication failures/i.test(error.message)) {
      ready.reject(authFailed(label, auth.methods, auth.offered, auth.found.notes, error.message));
    } else {
      const stage = keyAccepted ? 'logging in' : 'agreeing on keys';
      ready.reject(refusal ?? protocolError(label, stage, error.message, error));
    }
  });
  client.on('close', () => {
    const seen = last?.message ?? 'the other side closed the connection';
    ready.reject(refusal ?? protocolError(label, keyAccepted ? 'logging in' : 'agreeing on keys', seen));
    fail(connectionLost(label, seen));
  });
  const give = (error: unknown): void => {
    client.end();
    sock.destroy();
    ready.reject(error as Error);
  };
  try {
    client.connect({
      sock,
      username: hop.user,
      hostVerifier: (key: Buffer) => {
        refusal = checker.refusal(key);
        keyAccepted = refusal === undefined;
        options.progress(`logging in to ${label}`);
        return keyAccepted;
      },
      algorithms: { serverHostKey: checker.algorithms() },
      authHandler: auth.handler,
      keepaliveInterval: options.keepaliveMs,
      keepaliveCountMax: KEEPALIVES_MISSED,
      // One deadline over all hops is kept outside.
      readyTimeout: 0,
    });
    await orAbort(ready.promise, options.signal);
  } catch (error) {
    give(error);
    throw error;
  }
  return {
    client,
    label,
    lost: lost.signal,
    end: () => {
      client.end();
      // A peer that is gone never answers the goodbye, and its socket would keep this process alive for minutes.
      setTimeout(() => sock.destroy(), GOODBYE_MS).unref();
    },
  };
}

async function openTcp(hop: Hop, label: string, signal: AbortSignal): Promise<Socket> {
  const connected = deferred<undefined>();
  const socket = connectTcp({ host: hop.host, port: hop.port });
  socket.setNoDelay(true);
  socket.once('connect', () => {
    connected.resolve(undefined);
  });
  socket.once('error', (error) => {
    connected.reject(socketError(label, error));
  });
  try {
    await orAbort(connected.promise, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}
