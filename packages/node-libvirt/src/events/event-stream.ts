import { EventOverflowError } from '../errors/event-overflow-error.js';
import type { Subscription } from './subscription.js';

/** What an event stream works with. */
export interface EventSource<T> {
  readonly kind: string;
  readonly limit: number;
  /** Registers; resolves once the daemon has confirmed. */
  subscribe(listener: (event: T) => void): Promise<Subscription>;
  /** Settles when the connection has ended: with null when this side ended it. */
  readonly closed: Promise<Error | null>;
  readonly signal: AbortSignal | undefined;
}

interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(reason: unknown): void;
}

/**
 * Events as an async iterator. They are kept from the moment it is made, before the registration is even sent; what
 * waits to be taken is bounded. It ends, with what was kept delivered first,
 * - by `break`, `return` or `close()`: nothing more comes and the daemon is told;
 * - with EventOverflowError when its buffer was full and an event came;
 * - with the signal's reason, with the error of a registration that failed, or with what ended the connection
 *   (quietly after connection.close()).
 */
export class EventStream<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  /** Resolves once the daemon has confirmed the registration; rejects with what prevented it. */
  readonly ready: Promise<void>;
  readonly #source: EventSource<T>;
  readonly #kept: T[] = [];
  readonly #waiting: Waiting<T>[] = [];
  readonly #subscription: Promise<Subscription>;
  #ended: { readonly error: unknown } | null = null;
  readonly #onAbort = (): void => {
    this.#end(this.#source.signal?.reason);
  };

  constructor(source: EventSource<T>) {
    this.#source = source;
    this.#subscription = source.subscribe((event) => {
      this.#take(event);
    });
    this.ready = this.#subscription.then(() => undefined);
    this.ready.catch((error: unknown) => {
      this.#end(error);
    });
    source.signal?.addEventListener('abort', this.#onAbort, { once: true });
    void source.closed.then((error) => {
      this.#end(error ?? undefined);
    });
  }

  /** The next event, as soon as there is one. */
  next(): Promise<IteratorResult<T, undefined>> {
    const [event] = this.#kept.splice(0, 1);
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#ended !== null) return this.#lastWord(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Ends the iteration; what is kept is dropped. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.close();
    return { done: true, value: undefined };
  }

  /** Ends the iteration and tells the daemon. Does not fail when the connection is gone. */
  async close(): Promise<void> {
    this.#kept.length = 0;
    this.#end(undefined);
    await this.#deregister();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The same as close(), for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(event: T): void {
    if (this.#ended !== null) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting.resolve({ done: false, value: event });
    else if (this.#kept.length < this.#source.limit) this.#kept.push(event);
    else this.#end(new EventOverflowError(this.#source.kind, this.#source.limit));
  }

  #end(error: unknown): void {
    if (this.#ended !== null) return;
    this.#ended = { error };
    this.#source.signal?.removeEventListener('abort', this.#onAbort);
    void this.#deregister();
    for (const waiting of this.#waiting.splice(0)) {
      this.#lastWord(this.#ended).then(
        (result) => {
          waiting.resolve(result);
        },
        (reason: unknown) => {
          waiting.reject(reason);
        },
      );
    }
  }

  /** An error is told once; after it the iterator is simply done. */
  #lastWord({ error }: { readonly error: unknown }): Promise<IteratorReturnResult<undefined>> {
    if (error === undefined) return Promise.resolve({ done: true, value: undefined });
    this.#ended = { error: undefined };
    return Promise.reject(
      error instanceof Error ? error : new Error('the events were given up', { cause: error }),
    );
  }

  async #deregister(): Promise<void> {
    await this.#subscription.then(
      (subscription) => subscription.close(),
      () => undefined,
    );
  }
}
