/**
 * The reasons for which a piece of work ends early, in one signal: the caller's own signal, a deadline, or a limit
 * that was passed. The first one wins and is the reason.
 */
export class Stop implements Disposable {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(outer?: AbortSignal) {
    this.#outer = outer;
    if (outer?.aborted === true) {
      this.#passOn();
    } else {
      outer?.addEventListener('abort', this.#passOn);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops with the error that `make` builds when `ms` have passed. */
  after(ms: number, make: () => Error): void {
    this.#timer = setTimeout(() => {
      this.now(make());
    }, ms);
  }

  now(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** The promise's result, or the reason to stop if that comes first. */
  async race<T>(promise: Promise<T>): Promise<T> {
    return orAbort(promise, this.signal);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#passOn);
  }

  readonly #passOn = (): void => {
    this.now(this.#outer?.reason);
  };
}

/** The promise's result, or the signal's reason if it aborts first; the promise's later failure is then ignored. */
export async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
  });
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
