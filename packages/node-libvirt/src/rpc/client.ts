import type { Duplex } from 'node:stream';
import { ConnectionLostError } from '../errors/connection-lost-error.js';
import type { Procedure } from '../protocol/procedure.js';
import { Keepalive, MAX_CLIENT_REQUESTS, Program, PROGRAM_VERSION } from '../protocol/program.js';
import { nothing } from '../protocol/types.js';
import type { CallOptions } from './call-options.js';
import { StreamTable } from '../streams/stream-table.js';
import { encodeFrame, type Frame, MessageStatus, MessageType } from './frame.js';
import { FrameSplitter } from './frame-splitter.js';
import { KeepAlive, type KeepAliveOptions } from './keepalive.js';
import { PendingCalls } from './pending-calls.js';
import { readReply, settleWith } from './reply.js';

/** Takes the payload of an event of the remote or QEMU program. What it throws ends the connection. */
export type EventHandler = (program: number, procedure: number, payload: Buffer) => void;

/**
 * Calls and events over one open byte stream. Knows frames, serials and deadlines, nothing of domains. It owns the
 * stream and destroys it when the connection ends.
 */
export class RpcClient {
  /** Settles when the connection has ended: null after close(), else what ended it. */
  readonly closed: Promise<Error | null>;
  readonly #stream: Duplex;
  /** The deadline of a call that has none of its own, in ms. */
  readonly timeoutMs: number;
  readonly #splitter = new FrameSplitter();
  readonly #pending = new PendingCalls();
  /** The streams that calls have opened. */
  readonly streams: StreamTable;
  #outgoing: Buffer[] = [];
  #keepAlive: KeepAlive | null = null;
  #onEvent: EventHandler = () => undefined;
  #ended: { readonly cause: Error | null } | null = null;
  #settleClosed: (cause: Error | null) => void = () => undefined;

  constructor(stream: Duplex, timeoutMs: number) {
    this.#stream = stream;
    this.timeoutMs = timeoutMs;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    this.streams = new StreamTable({
      write: (frame, done) => {
        this.#flush();
        if (stream.writable) stream.write(frame, done);
        else done(this.#cutOff());
      },
      pause: () => stream.pause(),
      resume: () => stream.resume(),
      busy: () => this.#pending.size > 0,
      pong: () => {
        this.#send(keepaliveFrame(Keepalive.pong));
      },
    });
    stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    stream.on('error', (error: Error) => {
      this.end(error);
    });
    stream.on('end', () => {
      this.end(new ConnectionLostError('the libvirt daemon has closed the connection'));
    });
    stream.on('close', () => {
      this.end(new ConnectionLostError('the connection to the libvirt daemon was closed'));
    });
  }

  /** Calls that wait for a reply. */
  get pending(): number {
    return this.#pending.size;
  }

  /** True once the connection has ended. */
  get isClosed(): boolean {
    return this.#ended !== null;
  }

  /** Who is told of events; until then they are dropped. */
  handleEvents(handler: EventHandler): void {
    this.#onEvent = handler;
  }

  /** Starts pings from this side. */
  startKeepAlive(options: KeepAliveOptions): void {
    if (this.#ended !== null) return;
    this.#keepAlive = new KeepAlive(options, {
      ping: () => {
        this.#send(keepaliveFrame(Keepalive.ping));
      },
      congested: () => this.#pending.size >= MAX_CLIENT_REQUESTS || this.streams.paused,
      dead: (silentMs) => {
        this.end(new ConnectionLostError(`the libvirt daemon has not answered for ${silentMs} ms`));
      },
    });
  }

  /**
   * Calls a procedure. `late` takes the result of a call that was given up before its reply came; `sending` is told the
   * serial before the call is sent.
   * @throws LibvirtError, CallTimeoutError, ConnectionLostError, ProtocolError; the abort reason of `options.signal`.
   */
  call<A, R>(
    name: string,
    procedure: Procedure<A, R>,
    args: A,
    options: CallOptions = {},
    late?: (result: R) => void,
    sending?: (serial: number) => void,
  ): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      options.signal?.throwIfAborted();
      if (this.#ended !== null) throw this.#lost(name, false);
      const serial = this.#pending.add(
        {
          procedure: name,
          settle: (outcome) => {
            this.streams.weigh();
            if (outcome instanceof Error || !('payload' in outcome)) reject(outcome);
            else settleWith(() => readReply(name, procedure, outcome), resolve, reject);
          },
          late:
            late &&
            ((frame) => {
              settleWith(
                () => readReply(name, procedure, frame),
                late,
                () => undefined,
              );
            }),
        },
        options.timeoutMs ?? this.timeoutMs,
        options.signal,
      );
      try {
        sending?.(serial);
        const header = { ...callHeader(procedure), serial };
        this.#send(encodeFrame(header, procedure.args, args));
        this.streams.weigh();
      } catch (error) {
        this.#pending.fail(serial, error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Ends the connection; what waits is rejected. Only the first call counts. */
  end(cause: Error | null): void {
    if (this.#ended !== null) return;
    this.#ended = { cause };
    this.#keepAlive?.stop();
    this.#stream.destroy();
    this.#pending.failAll((procedure) => this.#lost(procedure));
    this.streams.end(this.#cutOff());
    this.#settleClosed(cause);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#splitter.push(chunk)) {
        // A handler of an earlier frame in this chunk may have closed the connection.
        if (this.isClosed) return;
        this.#keepAlive?.alive();
        this.#dispatch(frame);
      }
    } catch (error) {
      this.end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #dispatch(frame: Frame): void {
    const { program, version, procedure, type } = frame.header;
    if (version !== PROGRAM_VERSION) return;
    if (program === Program.keepalive) {
      if (procedure === Keepalive.ping) this.#send(keepaliveFrame(Keepalive.pong));
    } else if (program === Program.remote || program === Program.qemu) {
      if (type === MessageType.reply || type === MessageType.replyWithFds) this.#pending.reply(frame);
      else if (type === MessageType.event) this.#onEvent(program, procedure, frame.payload);
      else if (type === MessageType.stream || type === MessageType.streamHole) this.streams.receive(frame);
    }
  }

  /** Frames that are sent in one turn go out in one write. */
  #send(frame: Buffer): void {
    this.#outgoing.push(frame);
    if (this.#outgoing.length === 1)
      process.nextTick(() => {
        this.#flush();
      });
  }

  #flush(): void {
    const [first] = this.#outgoing;
    if (first === undefined) return;
    const bytes = this.#outgoing.length === 1 ? first : Buffer.concat(this.#outgoing);
    this.#outgoing = [];
    if (this.#stream.writable) this.#stream.write(bytes);
  }

  #cutOff(): ConnectionLostError {
    return new ConnectionLostError(
      `a stream was cut off: ${this.#why()}`,
      null,
      this.#ended?.cause ?? undefined,
    );
  }

  #why(): string {
    return this.#ended?.cause?.message ?? 'the connection was closed by this side';
  }

  #lost(procedure: string, sent = true): ConnectionLostError {
    const cause = this.#ended?.cause;
    const why = this.#why();
    const what = `${procedure} was not ${sent ? 'answered' : 'sent'}: ${why}`;
    return new ConnectionLostError(what, procedure, cause ?? undefined, sent);
  }
}

function callHeader(procedure: { program: number; number: number }): Omit<Frame['header'], 'serial'> {
  return {
    program: procedure.program,
    version: PROGRAM_VERSION,
    procedure: procedure.number,
    type: MessageType.call,
    status: MessageStatus.ok,
  };
}

function keepaliveFrame(procedure: number): Buffer {
  const header = { program: Program.keepalive, version: PROGRAM_VERSION, procedure, serial: 0 };
  return encodeFrame({ ...header, type: MessageType.event, status: MessageStatus.ok }, nothing, {});
}
