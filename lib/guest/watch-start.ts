import type { GuestProbe } from './probe-types.js';
import type { WatchItem } from './watch-parser.js';
import type { FinalNameBy, GuestEvent } from './watch-types.js';

// How long the later proofs are waited for once the first is there, in ms. A udev daemon that the probe saw may be
// busy with earlier events; one that it did not see is only given the benefit of the doubt.
const UDEV_GRACE = { seen: 5000, unseen: 500 };
const LOG_GRACE = 2000;

/** Collects the proofs that a watch listens. */
export class WatchStart {
  finalNameBy: FinalNameBy;
  logMarkerSeen = false;
  /** Why the watch cannot work; null while it can. */
  failed: string | null = null;
  readonly #mode: 'udev' | 'sysfs';
  readonly #uuid: string;
  readonly #probe: GuestProbe;
  #listening = false;
  #udevSeen = false;
  #refused = false;
  #wake: () => void = () => undefined;

  constructor(mode: 'udev' | 'sysfs', uuid: string, probe: GuestProbe) {
    this.#mode = mode;
    this.#uuid = uuid;
    this.#probe = probe;
    this.finalNameBy = mode === 'sysfs' ? 'sysfs' : 'kernel';
  }

  take(item: WatchItem): void {
    if (item.kind === 'log-marker') this.logMarkerSeen = true;
    else if (item.kind === 'snapshot') this.#listening = true;
    else if (item.kind === 'refused') this.#takeRefusal();
    else if (item.kind === 'tick' && item.udevadm === 'dead') this.fail('udevadm monitor ended');
    else if (item.kind === 'event' && this.isOwn(item.event)) {
      this.#listening = true;
      if (item.event.source === 'udev') {
        this.#udevSeen = true;
        this.finalNameBy = 'udev';
      }
    } else return;
    this.#wake();
  }

  /** The event that was made to prove that the streams run; kernels before 4.13 do not carry its UUID. */
  isOwn(event: GuestEvent): boolean {
    if (event.subsystem !== 'net' || event.devpath !== '/devices/virtual/net/lo') return false;
    const uuid = event.properties.get('SYNTH_UUID');
    return event.action === 'change' && (uuid === this.#uuid || uuid === undefined);
  }

  fail(why: string): void {
    this.failed ??= why;
    this.#wake();
  }

  /** 'running', or why it does not. Throws the abort reason. */
  async wait(timeoutMs: number, signal?: AbortSignal): Promise<string> {
    const begin = performance.now();
    let heardAt = Infinity;
    for (;;) {
      signal?.throwIfAborted();
      if (this.failed !== null) return this.failed;
      const now = performance.now();
      if (this.#listening && heardAt === Infinity) heardAt = now;
      const missing = this.#missingMs();
      if (heardAt + missing <= now) return 'running';
      const left = Math.min(begin + timeoutMs, heardAt + missing) - now;
      if (begin + timeoutMs <= now) return 'no event came back in time';
      await this.#change(left, signal);
    }
  }

  /** How long after the first proof the others are still worth waiting for. */
  #missingMs(): number {
    const grace = this.#probe.udev.running ? UDEV_GRACE.seen : UDEV_GRACE.unseen;
    const udev = this.#mode === 'sysfs' || this.#udevSeen || this.#refused ? 0 : grace;
    const log = this.logMarkerSeen || this.#refused || !this.#probe.kernelLog.readable ? 0 : LOG_GRACE;
    return Math.max(udev, log);
  }

  /** A user who may not make events still hears them: the script tries only once udevadm has bound its sockets. */
  #takeRefusal(): void {
    this.#refused = true;
    this.#listening = true;
    if (this.#probe.udev.running) this.finalNameBy = 'udev';
  }

  async #change(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let stop: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      stop = resolve;
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.max(1, timeoutMs));
      signal?.addEventListener('abort', stop, { once: true });
    });
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
