import type { Duplex } from 'node:stream';
import { HotnicError } from '../../errors/hotnic-error.js';
import { Stop } from '../command/stop.js';
import { connectHop, type Connection } from './connection.js';
import { dialTcp } from './dial.js';
import type { SshChannel, SshEndpoint, SshOptions } from './endpoint.js';
import { connectTimeout, jumpError } from './errors.js';
import { hopLabel, type Hop } from './hop.js';
import { RemoteChannel } from './remote-channel.js';
import { resolveHops } from './resolve.js';

const CONNECT_TIMEOUT_MS = 15_000;
const KEEPALIVE_MS = 15_000;

/** Connects through all hops and makes a channel of the last one. */
export async function openSshChannel(endpoint: SshEndpoint, options: SshOptions): Promise<SshChannel> {
  options.signal?.throwIfAborted();
  const hops = await resolveHops(endpoint, options.environment);
  const { signal, ...later } = options;
  const connections = await connectAll(hops, options, signal);
  return new RemoteChannel(connections, options, () => connectAll(hops, later));
}

/** Connects hop by hop within one deadline; on failure every hop that was open is closed again. */
async function connectAll(
  hops: readonly Hop[],
  { connectTimeoutMs = CONNECT_TIMEOUT_MS, keepaliveMs = KEEPALIVE_MS, through: start }: SshOptions,
  signal?: AbortSignal,
): Promise<readonly Connection[]> {
  using stop = new Stop(signal);
  let stage = 'reading keys';
  const label = hops.map(hopLabel).at(-1) ?? '';
  stop.after(connectTimeoutMs, () => connectTimeout(label, stage, connectTimeoutMs));
  const connections: Connection[] = [];
  try {
    for (const hop of hops) {
      const sock = await onward(connections.at(-1), start, hop, stop.signal);
      const progress = (now: string): void => {
        stage = now;
      };
      connections.push(await connectHop(hop, sock, { keepaliveMs, signal: stop.signal, progress }));
    }
    return connections;
  } catch (error) {
    connections.reverse().forEach((connection) => {
      connection.end();
    });
    throw error;
  }
}

/** The way to a hop: through the one before it, through what the whole connection starts from, or straight (undefined). */
async function onward(
  before: Connection | undefined,
  start: SshOptions['through'],
  hop: Hop,
  signal: AbortSignal,
): Promise<Duplex | undefined> {
  const through = before ?? start;
  if (through === undefined) return undefined;
  try {
    return before === undefined
      ? await start?.dialTcp(hop.host, hop.port, { signal })
      : await dialTcp(before, hop.host, hop.port, { signal });
  } catch (error) {
    if (error instanceof HotnicError && error.code === 'ssh-dial' && error.cause instanceof Error) {
      throw jumpError(hopLabel(hop), through.label, error.cause);
    }
    throw error;
  }
}
