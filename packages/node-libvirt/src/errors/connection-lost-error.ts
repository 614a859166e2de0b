/**
 * The connection has ended while a call was waiting, or before it was sent. Whether the daemon carried the call out is
 * not known. `cause` is what ended the connection, where something did.
 */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  /** The procedure that was waiting, by its name in the table; null when the connection itself is meant. */
  readonly procedure: string | null;

  constructor(message: string, procedure: string | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.procedure = procedure;
  }
}
