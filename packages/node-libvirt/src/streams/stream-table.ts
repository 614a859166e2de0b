import type { Frame } from '../rpc/frame.js';

/** One side of a stream, as the connection sees it. */
export interface StreamEnd {
  /** Takes a packet of the stream. */
  packet(frame: Frame): void;
  /** The connection has ended. */
  lost(error: Error): void;
  /** Bytes that its reader has not taken yet. */
  readonly waitingBytes: number;
}

/** What streams do to the connection that they share with calls and events. */
export interface StreamCarrier {
  /** Writes a frame; `done` is called once it has left for the socket. */
  write(frame: Buffer, done: (error?: Error | null) => void): void;
  /** Stops reading from the socket: the daemon stops sending when it is full. */
  pause(): void;
  resume(): void;
  /** True while calls wait for replies, which only reading brings. */
  busy(): boolean;
  /** Says that this side lives, while it cannot see the daemon's pings. */
  pong(): void;
}

/** While calls wait, a stream that nobody reads may fill up to so many bytes; then they wait as well. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** The daemon gives a silent client up after 30 s (keepalive_interval 5, keepalive_count 5). */
const PONG_MS = 5000;

/**
 * The streams of a connection by the serials of the calls that opened them. One whose reader does not keep up stops the
 * whole connection: the protocol has no other way to slow the daemon down.
 */
export class StreamTable {
  readonly carrier: StreamCarrier;
  readonly #ends = new Map<number, StreamEnd>();
  readonly #full = new Set<StreamEnd>();
  #pongs: NodeJS.Timeout | null = null;

  constructor(carrier: StreamCarrier) {
    this.carrier = carrier;
  }

  add(serial: number, end: StreamEnd): void {
    this.#ends.set(serial, end);
  }

  remove(serial: number, end: StreamEnd): void {
    this.#ends.delete(serial);
    this.ready(end);
  }

  /** Hands a packet on; one for no stream is dropped: the daemon may send on until it has seen an abort. */
  receive(frame: Frame): void {
    this.#ends.get(frame.header.serial)?.packet(frame);
  }

  /** This stream's reader does not keep up. */
  full(end: StreamEnd): void {
    this.#full.add(end);
    this.weigh();
  }

  /** This stream's reader wants more. */
  ready(end: StreamEnd): void {
    if (this.#full.delete(end)) this.weigh();
  }

  /** Decides whether the connection is read from; asked again whenever a call is sent or answered. */
  weigh(): void {
    if (this.#full.size === 0 && this.#pongs === null) return;
    const waiting = [...this.#full].some(
      (end) => !this.carrier.busy() || end.waitingBytes > MAX_WAITING_BYTES,
    );
    if (waiting && this.#pongs === null) {
      this.carrier.pause();
      this.#pongs = setInterval(() => {
        this.carrier.pong();
      }, PONG_MS);
      this.#pongs.unref();
    } else if (!waiting && this.#pongs !== null) {
      clearInterval(this.#pongs);
      this.#pongs = null;
      this.carrier.resume();
    }
  }

  /** True while the connection is not read from. */
  get paused(): boolean {
    return this.#pongs !== null;
  }

  /** The connection has ended. */
  end(error: Error): void {
    if (this.#pongs !== null) clearInterval(this.#pongs);
    for (const end of this.#ends.values()) end.lost(error);
    this.#ends.clear();
    this.#full.clear();
  }
}
