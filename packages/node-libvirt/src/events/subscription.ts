/** A running registration for events. */
export class Subscription implements AsyncDisposable {
  readonly #close: () => Promise<void>;
  #closing: Promise<void> | null = null;

  constructor(close: () => Promise<void>) {
    this.#close = close;
  }

  /**
   * Ends it: the listener is not called again from now on, and the daemon is told. Does not fail when the connection is
   * gone. May be called twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The same as close(), for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
