import type { Duplex } from 'node:stream';
import { ErrorCode } from '../generated/constants/error-code.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { Keepalive, MAX_CLIENT_REQUESTS, Program } from '../protocol/program.js';
import type { ProcedureName } from '../protocol/procedures.js';
import { nameOf, procedureNamed } from '../protocol/table.js';
import { errorPayload, nothing } from '../protocol/types.js';
import { decodePayload, encodeFrame, type Frame, MessageStatus, MessageType } from '../rpc/frame.js';
import { FrameSplitter } from '../rpc/frame-splitter.js';
import { Failure, From } from './failure.js';
import type { FaultAction, Faults } from './fault.js';
import type { CallContext, Handler } from './handlers/handler.js';
import { handlers } from './handlers/index.js';
import { assertReading } from './handlers/read-only.js';
import type { World } from './world.js';

/** A call as it came in. */
export interface RecordedCall {
  readonly procedure: ProcedureName;
  readonly args: unknown;
}

/** What a session works with. */
export interface SessionHost {
  readonly world: World;
  readonly faults: Faults;
  record(call: RecordedCall): void;
  pong(): void;
}

/** One client of the simulator. Works on five calls at a time and leaves the rest unread, as libvirtd does. */
export class Session {
  readonly #stream: Duplex;
  readonly #host: SessionHost;
  readonly #splitter = new FrameSplitter();
  readonly #queue: Frame[] = [];
  readonly #registrations = new Set<number>();
  readonly #state: { uri: string | null; readOnly: boolean } = { uri: null, readOnly: false };
  #working = 0;
  #muted = false;

  constructor(stream: Duplex, host: SessionHost) {
    this.#stream = stream;
    this.#host = host;
    stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    stream.on('error', () => undefined);
    stream.on('end', () => {
      this.drop();
    });
    stream.on('close', () => {
      for (const callbackId of this.#registrations) host.world.events.deregister(callbackId);
    });
  }

  /** Hangs up. */
  drop(): void {
    this.#stream.destroy();
  }

  /** Says nothing any more. */
  mute(): void {
    this.#muted = true;
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void {
    if (this.#stream.writable && !this.#muted) this.#stream.write(bytes);
  }

  /** Pings the client, as libvirtd does after five seconds of silence. */
  ping(): void {
    this.send(keepaliveFrame(Keepalive.ping));
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#splitter.push(chunk)) this.#queue.push(frame);
      this.#work();
    } catch {
      this.drop();
    }
  }

  #work(): void {
    while (this.#working < MAX_CLIENT_REQUESTS) {
      const frame = this.#queue.shift();
      if (frame === undefined) return;
      const { program, procedure, type } = frame.header;
      if (program === Program.keepalive) this.#keepAlive(procedure);
      if (type === MessageType.call) void this.#serve(frame);
    }
  }

  #keepAlive(procedure: number): void {
    if (procedure === Keepalive.ping) this.send(keepaliveFrame(Keepalive.pong));
    else if (procedure === Keepalive.pong) this.#host.pong();
  }

  async #serve(frame: Frame): Promise<void> {
    this.#working += 1;
    const afterReply: (() => void)[] = [];
    const reply = await this.#answer(frame, afterReply);
    if (reply !== null) this.send(reply);
    for (const run of afterReply) run();
    this.#working -= 1;
    this.#work();
  }

  /** The frame to answer with; null when nothing is to be sent. */
  async #answer(frame: Frame, afterReply: (() => void)[]): Promise<Buffer | null> {
    const { program, procedure: number } = frame.header;
    const name = nameOf(program, number) as ProcedureName | undefined;
    try {
      if (name === undefined) throw new Failure(ErrorCode.RPC, `unknown procedure: ${number}`, From.rpc);
      const procedure = procedureNamed(name);
      const args = decodePayload(procedure.args, frame.payload, name);
      this.#host.record({ procedure: name, args });
      const fault = this.#host.faults.strike(name);
      if (fault?.kind === 'error') throw new Failure(fault.code, fault.message, fault.domain);
      if (fault?.kind === 'drop') {
        this.drop();
        return null;
      }
      if (this.#state.readOnly) assertReading(name);
      const handler = handlers[name] as Handler<'connectGetType'> | undefined;
      if (handler === undefined) throw new Failure(ErrorCode.NO_SUPPORT, name);
      const result = await handler(args as Record<string, never>, this.#context(afterReply));
      if (fault !== undefined && !(await this.#goesOn(fault))) return null;
      return encodeFrame(replyHeader(frame, MessageStatus.ok), procedure.result, result);
    } catch (error) {
      if (!(error instanceof Failure) && !(error instanceof ProtocolError)) throw error;
      const { fields } =
        error instanceof Failure ? error : new Failure(ErrorCode.RPC, error.message, From.rpc);
      return encodeFrame(replyHeader(frame, MessageStatus.error), errorPayload, {
        ...fields,
        dom: null,
        net: null,
      });
    }
  }

  /** Plays what happens between the deed and its answer; false when no answer is to go out. */
  async #goesOn(fault: FaultAction): Promise<boolean> {
    if (fault.kind === 'drop-after') this.drop();
    if (fault.kind === 'bytes') this.send(fault.bytes);
    if (fault.kind === 'before-reply') fault.run();
    if (fault.kind === 'delay') await this.#host.world.timers.wait(fault.ms);
    // A call that is never answered goes on counting among the five.
    if (fault.kind === 'silence') await new Promise(() => undefined);
    return fault.kind === 'before-reply' || fault.kind === 'delay';
  }

  #context(afterReply: (() => void)[]): CallContext {
    const state = this.#state;
    return {
      world: this.#host.world,
      get uri() {
        return state.uri;
      },
      set uri(uri) {
        state.uri = uri;
      },
      get readOnly() {
        return state.readOnly;
      },
      set readOnly(readOnly) {
        state.readOnly = readOnly;
      },
      send: (frame) => {
        this.send(frame);
      },
      afterReply: (run) => {
        afterReply.push(run);
      },
      ownRegistration: (callbackId) => {
        this.#registrations.add(callbackId);
      },
    };
  }
}

function replyHeader({ header }: Frame, status: number): Frame['header'] {
  return { ...header, type: MessageType.reply, status };
}

function keepaliveFrame(procedure: number): Buffer {
  const header = { program: Program.keepalive, version: 1, procedure, serial: 0 };
  return encodeFrame({ ...header, type: MessageType.event, status: MessageStatus.ok }, nothing, {});
}
