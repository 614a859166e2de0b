import type { Line, LinesOptions, LineStream } from '../channel.js';
import { LineQueue } from '../line-queue.js';
import { LineSplitter } from '../line-splitter.js';
import { checkArgv } from '../quote.js';
import { BoundedBytes } from './bounded-bytes.js';
import { deferred, atMost } from './deferred.js';
import { commandTimeout } from './errors.js';
import type { Exit, Launch, Running, Sink } from './launch.js';
import { Stop } from './stop.js';

const LINE_LIMIT = 64 * 1024;
const BUFFER_LIMIT = 10_000;
const STDERR_LIMIT = 64 * 1024;
const START_TIMEOUT_MS = 30_000;

/** `Channel.lines` over any way to launch a command. */
export async function openLines(
  launch: Launch,
  label: string,
  argv: readonly string[],
  options: LinesOptions = {},
): Promise<LineStream> {
  checkArgv(argv);
  const stream = new CommandLines(options);
  using stop = new Stop(options.signal);
  stop.signal.throwIfAborted();
  stop.after(START_TIMEOUT_MS, () => commandTimeout(label, argv, START_TIMEOUT_MS, ''));
  stream.started(await launch(argv, options.input, stream, stop.signal), options.signal);
  return stream;
}

class CommandLines implements LineStream, Sink {
  readonly #queue: LineQueue;
  readonly #splitter: LineSplitter;
  readonly #stderr = new BoundedBytes(STDERR_LIMIT);
  readonly #ended = deferred<Exit & { readonly stderr: string }>();
  #running: Running | undefined;

  constructor(options: LinesOptions) {
    this.#queue = new LineQueue(options.bufferLimit ?? BUFFER_LIMIT);
    this.#splitter = new LineSplitter(options.lineLimit ?? LINE_LIMIT, (line) => {
      this.#queue.push(line);
    });
  }

  get dropped(): number {
    return this.#queue.dropped;
  }

  get ended(): Promise<Exit & { readonly stderr: string }> {
    return this.#ended.promise;
  }

  started(running: Running, signal?: AbortSignal): void {
    this.#running = running;
    const abort = (): void => {
      this.#queue.fail(signal?.reason);
      void this.close();
    };
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    const forget = (): void => {
      signal?.removeEventListener('abort', abort);
    };
    this.#ended.promise.then(forget, forget);
  }

  stdout(chunk: Buffer): void {
    this.#splitter.push(chunk);
  }

  stderr(chunk: Buffer): void {
    this.#stderr.push(chunk);
  }

  closed(exit: Exit): void {
    this.#splitter.end();
    this.#queue.finish();
    this.#ended.resolve({ ...exit, stderr: this.#stderr.text() });
  }

  lost(error: Error): void {
    this.#splitter.end();
    this.#queue.fail(error);
    this.#ended.reject(error);
  }

  /** Leaving a `for await` early does not end the command: the same stream can be read on later. */
  [Symbol.asyncIterator](): AsyncIterator<Line, undefined> {
    return {
      next: async () => {
        const value = await this.#queue.next();
        return value === undefined ? { done: true, value } : { done: false, value };
      },
    };
  }

  async close(): Promise<void> {
    this.#queue.finish();
    await this.#running?.kill();
    await atMost(1000, this.#ended.promise);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
