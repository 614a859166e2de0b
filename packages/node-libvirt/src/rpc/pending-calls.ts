import { CallTimeoutError } from '../errors/call-timeout-error.js';
import { AbortListeners } from './abort-listeners.js';
import type { CallOptions } from './call-options.js';
import type { Frame } from './frame.js';

interface Pending {
  readonly procedure: string;
  readonly settle: (outcome: Frame | Error) => void;
}

interface Waiting {
  readonly procedure: string;
  /** Takes the reply, or what ended the wait. Called once at most. */
  readonly settle: (outcome: Frame | Error) => void;
  /** Takes a reply that comes after the call was given up. */
  readonly late: ((frame: Frame) => void) | undefined;
}

/** The calls that wait for a reply, by serial. A serial is used again only when nothing waits on it. */
export class PendingCalls {
  readonly #pending = new Map<number, Pending>();
  readonly #abandoned = new Map<number, (frame: Frame) => void>();
  readonly #aborts = new AbortListeners();
  #serial = 0;

  /** Calls that wait for a reply. */
  get size(): number {
    return this.#pending.size;
  }

  /** Takes a serial for a call and starts its deadline. */
  add(waiting: Waiting, timeoutMs: number, signal: CallOptions['signal']): number {
    const serial = this.#nextSerial();
    const giveUp = (reason: Error): void => {
      if (waiting.late !== undefined) this.#abandoned.set(serial, waiting.late);
      this.#settle(serial, reason);
    };
    const timer = setTimeout(() => {
      giveUp(new CallTimeoutError(waiting.procedure, timeoutMs));
    }, timeoutMs);
    const unlisten = this.#aborts.add(signal, () => {
      giveUp(signal?.reason as Error);
    });
    this.#pending.set(serial, {
      procedure: waiting.procedure,
      settle: (outcome) => {
        clearTimeout(timer);
        unlisten();
        waiting.settle(outcome);
      },
    });
    return serial;
  }

  /** Hands a reply to the call that waits for it; one that nobody waits for is dropped. */
  reply(frame: Frame): void {
    const { serial } = frame.header;
    const late = this.#abandoned.get(serial);
    this.#abandoned.delete(serial);
    if (late !== undefined) late(frame);
    else this.#settle(serial, frame);
  }

  /** Takes a call back that could not be sent. */
  fail(serial: number, error: Error): void {
    this.#settle(serial, error);
  }

  /** Rejects everything that waits. */
  failAll(error: (procedure: string) => Error): void {
    this.#abandoned.clear();
    for (const [serial, { procedure }] of [...this.#pending]) this.#settle(serial, error(procedure));
  }

  #settle(serial: number, outcome: Frame | Error): void {
    const pending = this.#pending.get(serial);
    if (pending === undefined) return;
    this.#pending.delete(serial);
    pending.settle(outcome);
  }

  #nextSerial(): number {
    do this.#serial = this.#serial === 0xffff_ffff ? 1 : this.#serial + 1;
    while (this.#pending.has(this.#serial) || this.#abandoned.has(this.#serial));
    return this.#serial;
  }
}
