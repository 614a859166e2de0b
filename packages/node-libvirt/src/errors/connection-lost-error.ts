/**
 * The connection has ended while a call was waiting, or before it was sent. Whether the daemon carried a call
 * out that was sent is not known. `cause` is what ended the connection, where something did.
 */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  /** The procedure that was waiting, by its name in the table; null when the connection itself is meant. */
  readonly procedure: string | null;
  /** False when the connection had ended before the call: then the daemon has not heard of it. */
  readonly sent: boolean;

  constructor(message: string, procedure: string | null = null, cause?: unknown, sent = true) {
    super(message, cause === undefined ? undefined : { cause });
    this.procedure = procedure;
    this.sent = sent;
  }
}
