import { ConnectionLostError } from '../errors/connection-lost-error.js';
import { CallTimeoutError } from '../errors/call-timeout-error.js';
import type { Procedure } from '../protocol/procedure.js';
import type { CallOptions } from './call-options.js';
import type { RpcClient } from './client.js';

/** How a lost connection is made again. */
export interface ReconnectOptions {
  /** Milliseconds before the first attempt; doubled after each that fails. Default 250. */
  readonly delayMs?: number | undefined;
  /** Most milliseconds between two attempts. Default 10,000. */
  readonly maxDelayMs?: number | undefined;
  /** Milliseconds without a connection after which it is over (`closed` settles). Default: never. */
  readonly giveUpAfterMs?: number | undefined;
  /** Told when the connection stands again and events are registered there; some may have been missed. */
  readonly onReconnect?:
    ((outage: { readonly downMs: number; readonly attempts: number }) => void) | undefined;
}

/** Opens another connection to the same daemon, logged in and opened. */
export type Reopen = (signal: AbortSignal) => Promise<RpcClient>;

/**
 * The client that a connection uses now. Where it may be opened again, a lost one is replaced: calls that were waiting
 * have been rejected by then, those made meanwhile wait for the new one.
 */
export class Link {
  /** Settles when it is over for good: null when this side ended it, else what ended it. */
  readonly closed: Promise<Error | null>;
  /** Moves event registrations to a new client before calls are let through to it. */
  onMove: (client: RpcClient) => Promise<void> = () => Promise.resolve();
  readonly #reopen: Reopen | null;
  readonly #options: ReconnectOptions;
  readonly #stop = new AbortController();
  #client: RpcClient;
  #next: Promise<RpcClient> | null = null;
  #settleClosed: (cause: Error | null) => void = () => undefined;

  constructor(client: RpcClient, reopen: Reopen | null = null, options: ReconnectOptions = {}) {
    this.#client = client;
    this.#reopen = reopen;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    this.#watch(client);
  }

  /** The client of now; a dead one while there is no other. */
  get client(): RpcClient {
    return this.#client;
  }

  /** Calls a procedure, on the next client while this one is lost. */
  async call<A, R>(name: string, procedure: Procedure<A, R>, args: A, options: CallOptions = {}): Promise<R> {
    const client = this.#next === null ? this.#client : await this.ready(name, options);
    return await client.call(name, procedure, args, options);
  }

  /** The client once there is one. @throws CallTimeoutError, the signal's reason, what made it give up. */
  async ready(name: string, { signal, timeoutMs = this.#client.timeoutMs }: CallOptions): Promise<RpcClient> {
    if (this.#next === null) return this.#client;
    signal?.throwIfAborted();
    let stop = (): void => undefined;
    const ended = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        reject(new CallTimeoutError(name, timeoutMs));
      }, timeoutMs);
      const onAbort = (): void => {
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
    });
    try {
      return await Promise.race([this.#next, ended]);
    } finally {
      stop();
    }
  }

  /** Ends it for good. */
  end(cause: Error | null): void {
    this.#stop.abort(new ConnectionLostError('the connection was closed by this side'));
    this.#client.end(cause);
    this.#settleClosed(cause);
  }

  #watch(client: RpcClient): void {
    void client.closed.then((cause) => {
      const reopen = this.#reopen;
      if (cause === null || reopen === null || this.#stop.signal.aborted) {
        this.#settleClosed(cause);
        return;
      }
      const next = this.#again(reopen);
      this.#next = next;
      next.then(
        (fresh) => {
          this.#next = null;
          this.#watch(fresh);
        },
        (error: unknown) => {
          this.#next = null;
          this.#settleClosed(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  async #again(reopen: Reopen): Promise<RpcClient> {
    const { delayMs = 250, maxDelayMs = 10_000, giveUpAfterMs = Infinity, onReconnect } = this.#options;
    const { signal } = this.#stop;
    const lostAt = performance.now();
    for (let attempts = 1; ; attempts += 1) {
      await pause(Math.min(delayMs * 2 ** (attempts - 1), maxDelayMs), signal);
      let client: RpcClient | null = null;
      try {
        client = await reopen(signal);
        this.#client = client;
        await this.onMove(client);
        onReconnect?.({ downMs: Math.round(performance.now() - lostAt), attempts });
        return client;
      } catch (error) {
        client?.end(error instanceof Error ? error : null);
        signal.throwIfAborted();
        if (performance.now() - lostAt < giveUpAfterMs) continue;
        const what = `the connection could not be made again within ${giveUpAfterMs} ms`;
        throw new ConnectionLostError(what, null, error);
      }
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
