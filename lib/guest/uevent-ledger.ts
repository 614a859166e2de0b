import type { GuestEvent } from './watch-types.js';

const LIMIT = 4096;

/**
 * Which kernel uevents udev has not answered yet, by SEQNUM. The two forms of an event come through two sockets, so
 * the answer may be read first.
 */
export class UeventLedger {
  readonly #open = new Set<number>();
  readonly #answered = new Set<number>();

  #from = -1;

  /**
   * A new device has come to the place with this kernel event: what udev still says about earlier ones is no longer
   * of interest.
   */
  restart(event: GuestEvent): void {
    this.#from = event.seqnum ?? -1;
    this.#open.clear();
    this.#answered.clear();
  }

  isStale(event: GuestEvent): boolean {
    return event.seqnum !== null && event.seqnum < this.#from;
  }

  take(event: GuestEvent): void {
    const { seqnum } = event;
    if (seqnum === null) return;
    if (event.source === 'udev') {
      if (!this.#open.delete(seqnum)) bounded(this.#answered).add(seqnum);
    } else if (event.source === 'kernel' && !this.#answered.delete(seqnum)) {
      bounded(this.#open).add(seqnum);
    }
  }

  /** How many are open. */
  get pending(): number {
    return this.#open.size;
  }

  /** A probe has shown that udev has nothing left to do. */
  clear(): void {
    this.#open.clear();
  }
}

function bounded(set: Set<number>): Set<number> {
  const [oldest] = set;
  if (set.size >= LIMIT && oldest !== undefined) set.delete(oldest);
  return set;
}
