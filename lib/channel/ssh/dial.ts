import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { HotnicError } from '../../errors/hotnic-error.js';
import { deferred } from '../command/deferred.js';
import { orAbort, Stop } from '../command/stop.js';
import type { Connection } from './connection.js';
import type { DialOptions } from './endpoint.js';
import { connectionLost, dialError } from './errors.js';

const TIMEOUT_MS = 15_000;

/** Opens a unix socket on the far side. */
export async function dialUnix(connection: Connection, path: string, options?: DialOptions): Promise<Duplex> {
  return dial(connection, path, options, (done) =>
    connection.client.openssh_forwardOutStreamLocal(path, done),
  );
}

/** Opens a TCP connection from the far side. */
export async function dialTcp(
  connection: Connection,
  host: string,
  port: number,
  options?: DialOptions,
): Promise<Duplex> {
  const what = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return dial(connection, what, options, (done) =>
    connection.client.forwardOut('127.0.0.1', 0, host, port, done),
  );
}

type Done = (error: Error | undefined, channel: ClientChannel) => void;

async function dial(
  connection: Connection,
  what: string,
  options: DialOptions = {},
  open: (done: Done) => unknown,
): Promise<Duplex> {
  const { label, lost } = connection;
  const { timeoutMs = TIMEOUT_MS } = options;
  using stop = new Stop(options.signal);
  lost.throwIfAborted();
  stop.signal.throwIfAborted();
  stop.after(
    timeoutMs,
    () => new HotnicError('ssh-dial', `${label} did not connect to ${what} within ${timeoutMs / 1000} s`),
  );
  const opened = deferred<Duplex>();
  try {
    open((error, channel) => {
      if (error !== undefined) {
        opened.reject(lost.aborted ? (lost.reason as Error) : dialError(label, what, error));
      } else if (stop.signal.aborted) {
        channel.resume();
        channel.close();
      } else {
        opened.resolve(channel);
      }
    });
  } catch (error) {
    throw connectionLost(label, String(error));
  }
  return await stop.race(orAbort(opened.promise, lost));
}
