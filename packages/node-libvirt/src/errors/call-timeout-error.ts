/**
 * No reply came within the deadline. The daemon may still carry the call out; its late reply is dropped and the
 * connection stays usable.
 */
export class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError';
  /** The procedure by its name in the table; "connect" while a connection was being opened. */
  readonly procedure: string;
  readonly timeoutMs: number;

  constructor(procedure: string, timeoutMs: number) {
    super(`no answer to ${procedure} within ${timeoutMs} ms`);
    this.procedure = procedure;
    this.timeoutMs = timeoutMs;
  }
}
