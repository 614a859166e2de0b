import { deferred, type Deferred } from '../command/deferred.js';
import { orAbort } from '../command/stop.js';

/**
 * Counts the sessions that are open on one connection. sshd refuses more than MaxSessions (10 by default), so those
 * who want one more wait in line. A server that allows fewer is learnt from its refusals.
 */
export class SessionPool {
  #open = 0;
  readonly #waiting: Deferred<undefined>[] = [];

  constructor(private limit: number) {}

  get open(): number {
    return this.#open;
  }

  /** Waits for a free session; what it returns gives the session back and may be called twice. */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.#open >= this.limit) {
      const turn = deferred<undefined>();
      this.#waiting.push(turn);
      try {
        await orAbort(turn.promise, signal);
      } catch (error) {
        this.#leave(turn);
        throw error;
      }
    } else {
      signal.throwIfAborted();
      this.#open++;
    }
    let mine = true;
    return () => {
      if (mine) {
        mine = false;
        this.#open--;
        this.#serve();
      }
    };
  }

  /** The server refused one more than `others`. */
  learn(others: number): void {
    this.limit = Math.max(1, Math.min(this.limit, others));
  }

  #serve(): void {
    while (this.#open < this.limit) {
      const turn = this.#waiting.shift();
      if (turn === undefined) {
        return;
      }
      this.#open++;
      turn.resolve(undefined);
    }
  }

  #leave(turn: Deferred<undefined>): void {
    const index = this.#waiting.indexOf(turn);
    if (index !== -1) {
      this.#waiting.splice(index, 1);
    } else {
      // It was served in the same moment as it gave up.
      this.#open--;
      this.#serve();
    }
  }
}
