import type { GuestClock } from './probe-types.js';

/**
 * Converts a guest's CLOCK_MONOTONIC to this machine's clock, and learns. No line can arrive before it was written,
 * so the quickest one seen bounds the offset from above; the probe's start bounds it from below.
 */
export class ClockOffset {
  readonly #lowest: number;
  #highest: number;

  constructor(clock: GuestClock) {
    this.#lowest = clock.monotonicToHostMs - clock.errorMs;
    this.#highest = clock.monotonicToHostMs + clock.errorMs;
  }

  /** A line written at `guestS` arrived at `hostMs`. */
  learn(guestS: number, hostMs: number): void {
    this.#highest = Math.max(this.#lowest, Math.min(this.#highest, hostMs - guestS * 1000));
  }

  /** Late by the way from the guest at most, as the quickest line is taken to have needed no time. */
  toHostMs(guestS: number): number {
    return guestS * 1000 + this.#highest;
  }

  get errorMs(): number {
    return this.#highest - this.#lowest;
  }
}
