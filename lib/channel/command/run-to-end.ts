import type { CommandResult, RunOptions } from '../channel.js';
import { checkArgv } from '../quote.js';
import { BoundedBytes } from './bounded-bytes.js';
import { deferred } from './deferred.js';
import { commandTimeout, outputLimit } from './errors.js';
import type { Exit, Launch } from './launch.js';
import { Stop } from './stop.js';

/** A CommandResult before its bytes are read as text. */
export interface RawResult extends Exit {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_OUTPUT_LIMIT = 1024 * 1024;

/** `Channel.run` over any way to launch a command: deadline, output bound and abort all end in a kill. */
export async function runToEnd(
  launch: Launch,
  label: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const raw = await runRaw(launch, label, argv, options);
  return { ...raw, stdout: raw.stdout.toString('utf8'), stderr: raw.stderr.toString('utf8') };
}

/** Like `runToEnd`, for output that is not text. */
export async function runRaw(
  launch: Launch,
  label: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RawResult> {
  checkArgv(argv);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, outputLimit: limit = DEFAULT_OUTPUT_LIMIT } = options;
  using stop = new Stop(options.signal);
  const stdout = new BoundedBytes(limit);
  const stderr = new BoundedBytes(limit);
  const exit = deferred<Exit>();
  stop.after(timeoutMs, () => commandTimeout(label, argv, timeoutMs, stderr.text()));
  const keep = (bytes: BoundedBytes, name: string) => (chunk: Buffer) => {
    if (!bytes.push(chunk)) {
      stop.now(outputLimit(label, argv, limit, name));
    }
  };
  stop.signal.throwIfAborted();
  const sink = {
    stdout: keep(stdout, 'stdout'),
    stderr: keep(stderr, 'stderr'),
    closed: exit.resolve,
    lost: exit.reject,
  };
  const running = await launch(argv, options.input, sink, stop.signal);
  try {
    const ended = await stop.race(exit.promise);
    return { ...ended, stdout: stdout.bytes(), stderr: stderr.bytes() };
  } catch (error) {
    await running.kill();
    throw error;
  }
}
