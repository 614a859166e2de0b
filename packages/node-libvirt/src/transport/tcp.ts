import { connect, type Socket } from 'node:net';
import { UnreachableError } from '../errors/unreachable-error.js';
import { opened } from './abortable.js';
import type { Dialer } from './dialer.js';

/** libvirt's port for plain TCP. */
export const TCP_PORT = 16_509;

/** Dials plain TCP: neither encrypted nor authenticated, unless SASL does the latter. @throws UnreachableError */
export function tcpDialer(host: string, port: number): Dialer {
  return (signal) => dialTcp(host, port, signal);
}

/** Opens a TCP connection. @throws UnreachableError; the signal's reason when aborted. */
export async function dialTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true });
  try {
    await opened(socket, 'connect', signal);
    return socket;
  } catch (cause) {
    signal.throwIfAborted();
    throw new UnreachableError(host, port, cause);
  }
}
