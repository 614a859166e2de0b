/** How a simulated guest answers one request to let a device go. */
export type DetachBehaviour =
  /**
   * Lets go after `afterMs` (default 0). Within the daemon's wait the call returns at that moment, the event first;
   * with `order: 'reply-first'` the reply goes out before the device does. `event: false` loses the event.
   */
  | {
      readonly kind: 'release';
      readonly afterMs?: number;
      readonly order?: 'event-first' | 'reply-first';
      readonly event?: boolean;
    }
  /** Accepts and never lets go: the call succeeds after the daemon's wait. A reset lets go, unless it `survivesReset`. */
  | { readonly kind: 'never'; readonly survivesReset?: boolean }
  /** Refuses: error 9 and a device-removal-failed event. */
  | { readonly kind: 'refuse' }
  /** Error 1, "guest is busy (power indicator blinking)". */
  | { readonly kind: 'busy' }
  /** Error 1, "already in the process of unplug". */
  | { readonly kind: 'in-progress' }
  /** Any other error. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly domain?: number };

/** A behaviour, its name alone where it needs no more, or one for each request; the last one repeats. */
export type DetachScript = DetachBehaviour | Shorthand | readonly (DetachBehaviour | Shorthand)[];

type Shorthand = 'release' | 'never' | 'refuse' | 'busy' | 'in-progress';

/** A script in which a behaviour comes `count` times before another one: times(2, 'busy', 'release'). */
export function times(
  count: number,
  first: DetachBehaviour | Shorthand,
  then: DetachBehaviour | Shorthand,
): DetachScript {
  return [...Array.from({ length: count }, () => first), then];
}

/** Plays a script, one behaviour a request. */
export class DetachPlayer {
  readonly #steps: DetachBehaviour[];
  #next = 0;

  constructor(script: DetachScript) {
    const steps = isList(script) ? script : [script];
    this.#steps = steps.map((step) => (typeof step === 'string' ? { kind: step } : step));
  }

  /** The behaviour for the next request. */
  next(): DetachBehaviour {
    const step = this.#steps[Math.min(this.#next, this.#steps.length - 1)];
    this.#next += 1;
    return step ?? { kind: 'release' };
  }
}

function isList(script: DetachScript): script is readonly (DetachBehaviour | Shorthand)[] {
  return Array.isArray(script);
}
