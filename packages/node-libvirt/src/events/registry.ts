import { ProtocolError } from '../errors/protocol-error.js';
import { Program } from '../protocol/program.js';
import { domainEvents, type DomainEventKind, type DomainEventMessage } from '../protocol/domain-events.js';
import { decodePayload } from '../rpc/frame.js';

/** An event with the number of the registration it is for. */
export type Message = {
  [K in DomainEventKind]: { readonly kind: K; readonly body: DomainEventMessage<K> };
}[DomainEventKind];

/** Most events kept for registrations whose number is not known yet; the oldest are dropped beyond it. */
const MAX_EARLY = 10_000;

/**
 * Hands events to the registrations they are for. An event can overtake the reply that tells the number of its
 * registration: while any registration waits for its number, events of unknown numbers are kept.
 */
export class EventRegistry {
  readonly #listeners = new Map<number, (message: Message) => void>();
  #waiting = 0;
  #early: Message[] = [];

  /** A registration is about to be asked for; every expect() is followed by one add() or one giveUp(). */
  expect(): void {
    this.#waiting += 1;
  }

  /** The registration has its number; events that came before are delivered now. */
  add(callbackId: number, listener: (message: Message) => void): void {
    this.#listeners.set(callbackId, listener);
    const early = this.#early.filter(({ body }) => body.callbackId === callbackId);
    this.#settle();
    for (const message of early) this.#deliver(message);
  }

  /** The registration failed. */
  giveUp(): void {
    this.#settle();
  }

  /** No more events for this registration. */
  remove(callbackId: number): void {
    this.#listeners.delete(callbackId);
  }

  /**
   * Takes an event's payload as it came. Events that are not in the table are ignored.
   * @throws ProtocolError when a known one cannot be read: it might have been the one somebody waits for.
   */
  receive(program: number, procedure: number, payload: Buffer): void {
    const kind = program === Program.remote ? KINDS.get(procedure) : undefined;
    if (kind === undefined) return;
    const message = decode(kind, payload);
    if (this.#listeners.has(message.body.callbackId)) this.#deliver(message);
    else if (this.#waiting > 0) this.#keep(message);
  }

  #keep(message: Message): void {
    this.#early.push(message);
    if (this.#early.length > MAX_EARLY) this.#early.shift();
  }

  #settle(): void {
    this.#waiting -= 1;
    if (this.#waiting <= 0) this.#early = [];
    else this.#early = this.#early.filter(({ body }) => !this.#listeners.has(body.callbackId));
  }

  #deliver(message: Message): void {
    try {
      this.#listeners.get(message.body.callbackId)?.(message);
    } catch (error) {
      // A listener's mistake is its owner's: it must neither end the connection nor vanish.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

const KINDS = new Map(
  (Object.keys(domainEvents) as DomainEventKind[]).map((kind) => [domainEvents[kind].number as number, kind]),
);

function decode(kind: DomainEventKind, payload: Buffer): Message {
  const body: unknown = decodePayload<unknown>(domainEvents[kind].message, payload, `a ${kind} event`);
  if (typeof body !== 'object' || body === null) throw new ProtocolError(`an empty ${kind} event`);
  return { kind, body } as Message;
}
