import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFrame, type Frame } from '../../src/rpc/frame.js';

/** A frame that went by, with its bytes. */
export interface Recorded {
  readonly from: 'client' | 'daemon';
  readonly frame: Frame;
  readonly bytes: Buffer;
}

/** A socket that passes everything on to a daemon's and keeps what went by. */
export interface RecordingProxy extends AsyncDisposable {
  readonly socket: string;
  readonly frames: readonly Recorded[];
}

/** Listens on a socket of its own. */
export async function startRecordingProxy(daemonSocket: string): Promise<RecordingProxy> {
  const socket = join(tmpdir(), `nlv-proxy-${process.pid}-${Date.now()}`);
  const frames: Recorded[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const daemon = connect(daemonSocket);
    for (const one of [client, daemon]) open.add(one.on('error', () => undefined));
    client.on('data', recorder('client', frames)).pipe(daemon);
    daemon.on('data', recorder('daemon', frames)).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    frames,
    [Symbol.asyncDispose]: async () => {
      for (const one of open) one.destroy();
      server.close();
      await rm(socket, { force: true });
    },
  };
}

// The frames are cut here by hand, so that what is compared has not been through the library.
function recorder(from: Recorded['from'], frames: Recorded[]): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 4 && held.length >= held.readUInt32BE(0)) {
      const bytes = held.subarray(0, held.readUInt32BE(0));
      held = held.subarray(bytes.length);
      frames.push({ from, frame: decodeFrame(bytes), bytes });
    }
  };
}
