import { ErrorCode } from '../generated/constants/error-code.js';
import { DetachPlayer, type DetachBehaviour, type DetachScript } from './behaviour.js';
import { Failure, From } from './failure.js';
import type { Timers } from './timers.js';

/** What the guest side of a removal can do to its domain. */
export interface UnplugTarget {
  /** Takes the device out of the running definition. Does nothing when it has gone already. */
  remove(alias: string, withEvent: boolean): void;
  removalFailed(alias: string): void;
  paused(): boolean;
}

/** How a request went on: when the call may answer, and what comes after the answer. */
export interface UnplugOutcome {
  /** Settles when the guest has let go or refused; null when nobody knows. */
  readonly done: Promise<'released' | 'refused'> | null;
  readonly afterReply?: () => void;
}

interface Pending {
  readonly survivesReset: boolean;
  readonly untilResume: boolean;
  readonly release: () => void;
}

/** The guest's side of removals: plays the scripts of its devices and remembers what it was asked for. */
export class Unplug {
  readonly #target: UnplugTarget;
  readonly #timers: Timers;
  readonly #players = new Map<string, DetachPlayer>();
  readonly #pending = new Map<string, Pending>();
  #fallback: DetachScript;

  constructor(target: UnplugTarget, timers: Timers, fallback: DetachScript) {
    this.#target = target;
    this.#timers = timers;
    this.#fallback = fallback;
  }

  /** Sets the script of the device with that alias or MAC; null sets it for devices without one of their own. */
  script(device: string | null, script: DetachScript): void {
    if (device !== null) this.#players.set(device.toLowerCase(), new DetachPlayer(script));
    else this.#fallback = script;
  }

  /** Asks the guest for a device. Throws Failure where QEMU would refuse the request. */
  request(alias: string, mac: string | undefined): UnplugOutcome {
    const behaviour = this.#playerOf(alias, mac).next();
    switch (behaviour.kind) {
      case 'release':
        return this.#release(alias, behaviour);
      case 'never':
        this.#hold(alias, { survivesReset: behaviour.survivesReset === true, untilResume: false });
        return { done: null };
      case 'refuse':
        this.#target.removalFailed(alias);
        return { done: Promise.resolve('refused') };
      case 'busy':
        throw monitorFailure('Hot-unplug failed: guest is busy (power indicator blinking)');
      case 'in-progress':
        throw monitorFailure(`Device ${alias} is already in the process of unplug`);
      case 'error':
        throw new Failure(behaviour.code, behaviour.message, behaviour.domain ?? From.qemu);
    }
  }

  /** The guest was reset: what waits on ACPI slots is let go. */
  reset(): void {
    this.#flush(({ survivesReset }) => !survivesReset);
  }

  /** The guest runs again: what it could not hear while it was paused is let go. */
  resume(): void {
    this.#flush(({ untilResume }) => untilResume);
  }

  /** The guest has ended. */
  forget(): void {
    this.#pending.clear();
  }

  #release(
    alias: string,
    { afterMs = 0, order, event }: Extract<DetachBehaviour, { kind: 'release' }>,
  ): UnplugOutcome {
    const release = (): void => {
      this.#target.remove(alias, event !== false);
    };
    if (this.#target.paused()) {
      this.#hold(alias, { survivesReset: false, untilResume: true });
      return { done: null };
    }
    if (order === 'reply-first') {
      return {
        done: Promise.resolve('released'),
        afterReply: () => {
          this.#timers.after(Math.max(1, afterMs), release);
        },
      };
    }
    const done = this.#timers.wait(afterMs).then(() => {
      release();
      return 'released' as const;
    });
    return { done };
  }

  #hold(alias: string, how: Omit<Pending, 'release'>): void {
    this.#pending.set(alias, {
      ...how,
      release: () => {
        this.#target.remove(alias, true);
      },
    });
  }

  #flush(which: (pending: Pending) => boolean): void {
    for (const [alias, pending] of [...this.#pending].filter(([, held]) => which(held))) {
      this.#pending.delete(alias);
      pending.release();
    }
  }

  #playerOf(alias: string, mac: string | undefined): DetachPlayer {
    const own =
      this.#players.get(alias.toLowerCase()) ?? (mac === undefined ? undefined : this.#players.get(mac));
    if (own !== undefined) return own;
    const player = new DetachPlayer(this.#fallback);
    this.#players.set(alias.toLowerCase(), player);
    return player;
  }
}

function monitorFailure(text: string): Failure {
  return new Failure(
    ErrorCode.INTERNAL_ERROR,
    `unable to execute QEMU command 'device_del': ${text}`,
    From.qemu,
  );
}
