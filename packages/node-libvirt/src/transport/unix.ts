import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { SocketError, type SocketErrorReason } from '../errors/socket-error.js';
import { opened } from './abortable.js';
import type { Dialer } from './dialer.js';

/** Most bytes of a unix socket's path on Linux (sun_path without its closing NUL). */
const MAX_PATH_BYTES = 107;

/**
 * Dials the first of these unix sockets that exists.
 * @throws SocketError, with the reason and the path; the signal's reason when aborted.
 */
export function unixDialer(paths: readonly string[]): Dialer {
  return async (signal) => {
    for (const path of paths.slice(0, -1)) {
      try {
        return await dial(path, signal, paths);
      } catch (error) {
        if (!(error instanceof SocketError) || error.reason !== 'missing') throw error;
      }
    }
    return dial(paths.at(-1) ?? '', signal, paths);
  };
}

async function dial(path: string, signal: AbortSignal, tried: readonly string[]): Promise<Socket> {
  signal.throwIfAborted();
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new SocketError('path-too-long', path);
  const socket = connect({ path });
  try {
    await opened(socket, 'connect', signal);
    return socket;
  } catch (cause) {
    signal.throwIfAborted();
    throw new SocketError(await reasonOf(cause, path), path, { tried, cause });
  }
}

async function reasonOf(error: unknown, path: string): Promise<SocketErrorReason> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
  if (code === 'EACCES' || code === 'EPERM') return 'permission';
  // Linux answers "refused" for a file that is no socket, too.
  const isSocket = await stat(path).then(
    (entry) => entry.isSocket(),
    () => true,
  );
  return isSocket ? 'refused' : 'not-a-socket';
}
