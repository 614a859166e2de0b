import type { Procedure } from '../protocol/procedure.js';
import { entryNamed } from '../protocol/table.js';
import type { CallOptions } from '../rpc/call-options.js';
import type { RpcClient } from '../rpc/client.js';
import { LibvirtStream } from './libvirt-stream.js';

/** A call that has opened a stream: what it answered, and the stream. */
export interface OpenedStream<R> {
  readonly result: R;
  readonly stream: LibvirtStream;
}

/**
 * Calls a procedure that opens a stream. The signal aborts the stream, too, as long as it lasts.
 * @throws TypeError for a procedure without a stream, and as RpcClient.call
 */
export async function openStream<A, R>(
  client: RpcClient,
  name: string,
  procedure: Procedure<A, R>,
  args: A,
  options: CallOptions = {},
): Promise<OpenedStream<R>> {
  const { kind, program, number } = entryNamed(name);
  if (kind !== 'read' && kind !== 'write') throw new TypeError(`${name} opens no stream; use call()`);
  const timeoutMs = options.timeoutMs ?? client.timeoutMs;
  const stream = new LibvirtStream(client.streams, { name, program, number, kind, timeoutMs });
  // Until the caller has the stream, the call is what tells of an error.
  const quiet = (): void => undefined;
  stream.on('error', quiet);
  const abort = (): void => {
    stream.abandon();
  };
  try {
    const result = await client.call(name, procedure, args, options, abort, (serial) => {
      stream.opening(serial);
    });
    endWith(stream, options.signal);
    return { result, stream };
  } catch (error) {
    stream.refused();
    throw error;
  } finally {
    stream.removeListener('error', quiet);
  }
}

function endWith(stream: LibvirtStream, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const onAbort = (): void => {
    stream.destroy(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  stream.once('close', () => {
    signal.removeEventListener('abort', onAbort);
  });
}
