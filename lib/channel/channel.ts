/**
 * How a command runs on a machine. One interface for this machine, for SSH and (later) for the guest agent, so that
 * nothing above it knows where it runs. Commands are argument vectors, never shell strings.
 */
export interface Channel extends AsyncDisposable {
  /** What a person would call the other end: "this machine", "root@10.0.0.5:22". */
  readonly label: string;

  /**
   * Runs a command to its end. A non-zero exit status is a result, not an error.
   * @throws HotnicError `command-timeout`, `command-output-limit`, `command-not-found`, `channel-closed`; the abort
   *   reason when `signal` aborts.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;

  /**
   * Starts a command whose output is read line by line while it runs. Resolves once the process has been started;
   * it says nothing about what the process has done by then.
   */
  lines(argv: readonly string[], options?: LinesOptions): Promise<LineStream>;

  /** Reads a file whole, up to `limit` bytes (default 1 MiB). Throws `file-not-found`, `file-limit`. */
  readFile(path: string, options?: FileOptions): Promise<Buffer>;

  /** Writes a file beside its place, syncs it and renames it over; `mode` defaults to 0o644. */
  writeFile(
    path: string,
    data: string | Buffer,
    options?: FileOptions & { readonly mode?: number },
  ): Promise<void>;

  /** Ends the connection and everything that runs on it. May be called twice. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** Written to the command's standard input, which is then closed. Without it the input is empty. */
  readonly input?: string | Buffer;
  /** Milliseconds until the command is killed and `command-timeout` thrown. Default 30,000. */
  readonly timeoutMs?: number;
  /** Bytes of stdout and of stderr that are accepted before the command is killed. Default 1 MiB each. */
  readonly outputLimit?: number;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** Exit status; null when a signal ended the command. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LinesOptions {
  readonly input?: string | Buffer;
  /** Longest line in bytes; the rest of a longer one is dropped and the line marked. Default 64 KiB. */
  readonly lineLimit?: number;
  /** Lines kept for a slow reader; the oldest is dropped beyond that and counted. Default 10,000. */
  readonly bufferLimit?: number;
  readonly signal?: AbortSignal;
}

export interface Line {
  readonly text: string;
  /** This machine's clock when the line arrived: milliseconds since the epoch, with fractions. */
  readonly at: number;
  readonly truncated: boolean;
}

/** Lines of a running command. Iteration ends when the command ends; it throws when the channel is lost. */
export interface LineStream extends AsyncIterable<Line>, AsyncDisposable {
  /** Lines dropped because nobody read them in time. */
  readonly dropped: number;
  /** Settles when the command has ended. */
  readonly ended: Promise<{ readonly status: number | null; readonly stderr: string }>;
  /** Ends the command; its process is killed where the transport can do so. May be called twice. */
  close(): Promise<void>;
}

export interface FileOptions {
  readonly limit?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}
