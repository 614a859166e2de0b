/** How a command ended; both null when that was never learnt. */
export interface Exit {
  readonly status: number | null;
  /** With its prefix: "SIGKILL". */
  readonly signal: string | null;
}

/** Where a running command's output and end go. After `closed` or `lost` nothing more arrives. */
export interface Sink {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  closed(exit: Exit): void;
  lost(error: Error): void;
}

/** A command that has been started. */
export interface Running {
  /** Kills the command and its children, and settles when that is done or cannot be helped. Never rejects. */
  kill(): Promise<void>;
}

/**
 * Starts a command; resolves once its process exists. When `signal` aborts before that, everything is taken back and
 * the abort reason thrown; afterwards the signal is the caller's to watch.
 */
export type Launch = (
  argv: readonly string[],
  input: string | Buffer | undefined,
  sink: Sink,
  signal: AbortSignal,
) => Promise<Running>;
