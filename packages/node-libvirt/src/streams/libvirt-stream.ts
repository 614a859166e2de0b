import { Duplex } from 'node:stream';
import { CallTimeoutError } from '../errors/call-timeout-error.js';
import { LibvirtError } from '../errors/libvirt-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { PROGRAM_VERSION } from '../protocol/program.js';
import { errorPayload, nothing, streamHole } from '../protocol/types.js';
import {
  decodePayload,
  encodeFrame,
  encodeRaw,
  type Frame,
  MessageStatus,
  MessageType,
} from '../rpc/frame.js';
import { Incoming } from './incoming.js';
import type { StreamEnd, StreamTable } from './stream-table.js';

/** Most bytes of data in one packet (VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX); libvirt's own size, too. */
const PACKET_BYTES = 262_120;

/** Which call opened a stream. */
export interface StreamOrigin {
  /** The procedure by its name in the table. */
  readonly name: string;
  readonly program: number;
  readonly number: number;
  readonly kind: 'read' | 'write';
  /** Milliseconds that the daemon may take to confirm the end. */
  readonly timeoutMs: number;
}

/**
 * A stream of libvirt's as a Node stream: read what the daemon sends, write what it is to get (a console does both).
 * `end()` finishes it and waits until the daemon has confirmed; a download finishes by itself at its end. `destroy()`
 * aborts it. Errors of the daemon's come as LibvirtError, the loss of the connection as ConnectionLostError.
 *
 * A reader that does not keep up makes the whole connection wait once it holds 1 MiB (16 MiB while calls wait for
 * replies): use a connection of its own for a stream. Each packet that is written counts as one of the five requests
 * that the daemon works on at a time.
 */
export class LibvirtStream extends Duplex implements StreamEnd {
  readonly #table: StreamTable;
  readonly #origin: StreamOrigin;
  #serial = -1;
  #finish: ((error?: Error) => void) | null = null;
  #over = false;
  readonly #incoming = new Incoming();

  constructor(table: StreamTable, origin: StreamOrigin) {
    const one = { highWaterMark: 1024 * 1024, readable: origin.kind === 'read' };
    super({ ...one, writableHighWaterMark: PACKET_BYTES, decodeStrings: true });
    this.#table = table;
    this.#origin = origin;
  }

  /** The call that opens it is about to be sent. */
  opening(serial: number): void {
    this.#serial = serial;
    this.#table.add(serial, this);
  }

  /** The call that was to open it has failed: there is nothing to abort over there. */
  refused(): void {
    this.#table.remove(this.#serial, this);
    this.#over = true;
    this.destroy();
  }

  /** The call was given up, and has opened it after all. */
  abandon(): void {
    this.#table.carrier.write(encodeFrame(this.#header(MessageStatus.error), nothing, {}), () => undefined);
  }

  get waitingBytes(): number {
    return this.readableLength + this.#incoming.bytes;
  }

  packet({ header, payload }: Frame): void {
    if (this.#over) return;
    const what = `the stream of ${this.#origin.name}`;
    if (header.type === MessageType.streamHole) {
      const { length } = decodePayload(streamHole, payload, `a hole in ${what}`);
      if (length < 0n) throw new ProtocolError(`a hole of ${length} bytes in ${what}`);
      this.#incoming.hole(length);
    } else if (header.status === MessageStatus.error) {
      this.#over = true;
      this.destroy(
        new LibvirtError(decodePayload(errorPayload, payload, `the error of ${what}`), this.#origin.name),
      );
      return;
    } else if (header.status === MessageStatus.ok) {
      // Confirms the end that this side asked for.
      this.#over = true;
      this.#incoming.end();
      this.#finish?.();
    } else if (payload.length === 0) {
      this.#incoming.end();
      // A download finishes at its end; of a console the other side has gone.
      this.end();
    } else {
      this.#incoming.data(payload);
    }
    this.#deliver();
  }

  lost(error: Error): void {
    this.#over = true;
    this.#finish?.(error);
    this.destroy(error);
  }

  override _read(): void {
    this.#table.ready(this);
    this.#deliver();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const packet = chunk.subarray(0, PACKET_BYTES);
    const rest = chunk.subarray(PACKET_BYTES);
    this.#table.carrier.write(encodeRaw(this.#header(MessageStatus.continue), packet), (error) => {
      if (error != null || rest.length === 0) done(error);
      else this._write(rest, 'buffer' as BufferEncoding, done);
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#over) {
      done();
      return;
    }
    const { name, timeoutMs } = this.#origin;
    const timer = setTimeout(() => {
      this.#finish?.(new CallTimeoutError(name, timeoutMs));
    }, timeoutMs);
    this.#finish = (error) => {
      clearTimeout(timer);
      this.#finish = null;
      done(error);
    };
    this.#table.carrier.write(encodeFrame(this.#header(MessageStatus.ok), nothing, {}), () => undefined);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#finish?.(error ?? undefined);
    this.#table.remove(this.#serial, this);
    if (!this.#over && this.#serial !== -1) {
      this.#over = true;
      // What the daemon says to that is for no stream any more.
      this.#table.carrier.write(encodeFrame(this.#header(MessageStatus.error), nothing, {}), () => undefined);
    }
    done(error);
  }

  #deliver(): void {
    if (this.#origin.kind === 'write' || this.destroyed) return;
    for (let chunk = this.#incoming.next(); chunk !== undefined; chunk = this.#incoming.next()) {
      if (!this.push(chunk) && chunk !== null) {
        this.#table.full(this);
        return;
      }
    }
  }

  #header(status: number): Frame['header'] {
    const { program, number } = this.#origin;
    const type = MessageType.stream;
    return { program, version: PROGRAM_VERSION, procedure: number, type, serial: this.#serial, status };
  }
}
