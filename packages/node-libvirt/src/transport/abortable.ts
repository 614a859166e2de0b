import type { Socket } from 'node:net';

/**
 * Waits until a socket that was just made says `event` ("connect", "secureConnect"). Destroys it when that fails.
 * @throws the socket's error; the signal's reason when aborted.
 */
export function opened(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('error', settle);
      socket.removeListener('close', onClose);
      socket.removeListener(event, onOpen);
      if (error === undefined) resolve();
      else {
        // What fails after this has nobody left to tell.
        socket.on('error', () => undefined);
        socket.destroy();
        reject(error);
      }
    };
    const onAbort = (): void => {
      settle(signal.reason as Error);
    };
    const onClose = (): void => {
      settle(new Error('the other side closed the connection'));
    };
    const onOpen = (): void => {
      settle();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', settle);
    socket.once('close', onClose);
    socket.once(event, onOpen);
    if (signal.aborted) onAbort();
  });
}
