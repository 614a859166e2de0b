/** Pings that this side sends: one every `intervalMs`; after `count` of them without any sign of life it is over. */
export interface KeepAliveOptions {
  readonly intervalMs: number;
  readonly count: number;
}

/** What the keepalive needs to know of, and do to, the connection it watches. */
export interface KeepAliveTarget {
  ping(): void;
  /** True while the daemon may be leaving our messages unread; silence proves nothing then. */
  congested(): boolean;
  dead(silentMs: number): void;
}

/**
 * Watches a connection for silence. Any message counts as a sign of life, not only a pong.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  readonly #target: KeepAliveTarget;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;

  constructor(options: KeepAliveOptions, target: KeepAliveTarget) {
    this.#options = options;
    this.#target = target;
    this.#timer = setInterval(() => {
      this.#tick();
    }, options.intervalMs);
    this.#timer.unref();
  }

  /** A message came in. */
  alive(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.#target.congested()) return;
    if (this.#unanswered >= this.#options.count) {
      this.#target.dead(this.#options.intervalMs * (this.#options.count + 1));
      return;
    }
    this.#unanswered += 1;
    this.#target.ping();
  }
}
