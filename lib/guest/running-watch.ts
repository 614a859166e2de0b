import type { LineStream } from '../channel/channel.js';
import { HotnicError } from '../errors/hotnic-error.js';
import { ClockOffset } from './clock-offset.js';
import { printable } from './printable.js';
import type { GuestProbe } from './probe-types.js';
import { WatchParser } from './watch-parser.js';
import type { WatchItem } from './watch-parser.js';
import { WatchStart } from './watch-start.js';
import type { FinalNameBy, GuestEvent, GuestWatch } from './watch-types.js';

const HISTORY = 4096;

/** A watch whose script has been started; `started` tells when it is known to listen. */
export class RunningWatch implements GuestWatch {
  readonly history: GuestEvent[] = [];
  readonly ended: Promise<Error | null>;
  readonly #stream: LineStream;
  readonly #parser: WatchParser;
  readonly #clock: ClockOffset;
  readonly #start: WatchStart;
  readonly #listeners = new Set<(event: GuestEvent) => void>();
  #closed = false;

  constructor(stream: LineStream, probe: GuestProbe, mode: 'udev' | 'sysfs', uuid: string) {
    this.#stream = stream;
    this.#parser = new WatchParser(uuid);
    this.#clock = new ClockOffset(probe.clock);
    this.#start = new WatchStart(mode, uuid, probe);
    this.ended = this.#read();
  }

  get finalNameBy(): FinalNameBy {
    return this.#start.finalNameBy;
  }

  get kernelLog(): boolean {
    return this.#start.logMarkerSeen;
  }

  get clockErrorMs(): number {
    return this.#clock.errorMs;
  }

  toHostMs(guestTimeS: number): number {
    return this.#clock.toHostMs(guestTimeS);
  }

  /** 'running', or in words why it is not. Throws the abort reason. */
  started(timeoutMs: number, signal?: AbortSignal): Promise<string> {
    return this.#start.wait(timeoutMs, signal);
  }

  onEvent(listener: (event: GuestEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stream.close();
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(): Promise<Error | null> {
    let reason: unknown;
    try {
      for await (const line of this.#stream) {
        for (const item of this.#parser.feed(line)) this.#take(item, line.at);
        if (this.#start.failed !== null) break;
      }
    } catch (error) {
      reason = error;
    }
    const said = this.#start.failed ?? (reason instanceof Error ? reason.message : await this.#lastWords());
    this.#start.fail(said);
    if (this.#closed) return null;
    await this.#stream.close();
    return new HotnicError('guest-watch-lost', 'The event streams of the guest ended', {
      seen: printable(said),
      state: 'what happened in the guest since then is not known; a fresh probe tells',
      cause: reason,
    });
  }

  #take(item: WatchItem, at: number): void {
    this.#start.take(item);
    if (item.kind === 'tick') this.#clock.learn(item.monotonicS, at);
    if (item.kind !== 'event' || this.#start.isOwn(item.event)) return;
    const { event } = item;
    if (event.guestTime !== null && event.source !== 'klog') this.#clock.learn(event.guestTime, at);
    this.history.push(event);
    if (this.history.length > HISTORY) this.history.shift();
    for (const listener of [...this.#listeners]) listener(event);
  }

  async #lastWords(): Promise<string> {
    if (this.#closed) return 'closed';
    const { status, stderr } = await this.#stream.ended;
    return stderr === '' ? `the script ended with status ${status ?? 'none'}` : stderr;
  }
}
