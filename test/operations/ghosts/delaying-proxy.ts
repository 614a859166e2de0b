import { connect, createServer, type Socket } from 'node:net';

/** A way to a local server that is as long as one asks for. */
export interface DelayingProxy extends AsyncDisposable {
  readonly port: number;
  /** Times that the client spoke after the server had: with each of them it waited for one round trip at least. */
  turns(): number;
}

/** Forwards to a port of 127.0.0.1; every byte arrives `ms` later than it would, in either direction. */
export async function delayingProxy(to: number, ms: number): Promise<DelayingProxy> {
  const sockets = new Set<Socket>();
  let turns = 0;
  let last: 'client' | 'server' | null = null;
  const server = createServer((client) => {
    const behind = connect(to, '127.0.0.1');
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        later(ms, () => {
          client.destroy();
          behind.destroy();
        });
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (last === 'server') turns += 1;
      last = 'client';
      later(ms, () => behind.write(chunk));
    });
    behind.on('data', (chunk: Buffer) => {
      // What the client gets decides whether it answers, so the turn counts when it arrives.
      later(ms, () => {
        last = 'server';
        client.write(chunk);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    turns: () => turns,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

// Timers of one length fire in the order in which they were set, so the bytes keep theirs.
function later(ms: number, work: () => void): void {
  setTimeout(work, ms);
}
