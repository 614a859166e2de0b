import { eventKinds, type EventFamily } from '../protocol/event-kinds.js';
import { nameOf, procedureNamed } from '../protocol/table.js';
import { decodePayload } from '../rpc/frame.js';

/** An event with the number of the registration it is for. Each family counts its registrations by itself. */
export interface Message {
  readonly family: EventFamily;
  readonly kind: string;
  readonly callbackId: number;
  readonly body: object;
}

/** Most events kept for registrations whose number is not known yet; the oldest are dropped beyond it. */
const MAX_EARLY = 10_000;

/**
 * Hands events to the registrations they are for. An event can overtake the reply that tells the number of its
 * registration: while any registration waits for its number, events of unknown numbers are kept.
 */
export class EventRegistry {
  readonly #listeners = new Map<string, (message: Message) => void>();
  #waiting = 0;
  #early: Message[] = [];

  /** A registration is about to be asked for; every expect() is followed by one add() or one giveUp(). */
  expect(): void {
    this.#waiting += 1;
  }

  /** The registration has its number; events that came before are delivered now. */
  add(family: EventFamily, callbackId: number, listener: (message: Message) => void): void {
    const key = keyOf({ family, callbackId });
    this.#listeners.set(key, listener);
    const early = this.#early.filter((message) => keyOf(message) === key);
    this.#settle();
    for (const message of early) this.#deliver(message);
  }

  /** The registration failed. */
  giveUp(): void {
    this.#settle();
  }

  /** No more events for this registration. */
  remove(family: EventFamily, callbackId: number): void {
    this.#listeners.delete(keyOf({ family, callbackId }));
  }

  /**
   * Takes an event's payload as it came. Events that are not in the table are ignored.
   * @throws ProtocolError when a known one cannot be read: it might have been the one somebody waits for.
   */
  receive(program: number, procedure: number, payload: Buffer): void {
    const name = nameOf(program, procedure);
    const known = name === undefined ? undefined : KINDS.get(name);
    if (name === undefined || known === undefined) return;
    const body = decodePayload(procedureNamed(name).args, payload, `a ${known.kind} event`) as Body;
    const message = { ...known, callbackId: body.callbackId, body };
    if (this.#listeners.has(keyOf(message))) this.#deliver(message);
    else if (this.#waiting > 0) this.#keep(message);
  }

  #keep(message: Message): void {
    this.#early.push(message);
    if (this.#early.length > MAX_EARLY) this.#early.shift();
  }

  #settle(): void {
    this.#waiting -= 1;
    if (this.#waiting <= 0) this.#early = [];
    else this.#early = this.#early.filter((message) => !this.#listeners.has(keyOf(message)));
  }

  #deliver(message: Message): void {
    try {
      this.#listeners.get(keyOf(message))?.(message);
    } catch (error) {
      // A listener's mistake is its owner's: it must neither end the connection nor vanish.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

interface Body {
  readonly callbackId: number;
}

function keyOf({ family, callbackId }: Pick<Message, 'family' | 'callbackId'>): string {
  return `${family} ${callbackId}`;
}

const KINDS = new Map(
  (Object.keys(eventKinds) as EventFamily[]).flatMap((family) => {
    const kinds: Readonly<Record<string, { readonly message: string }>> = eventKinds[family];
    return Object.entries(kinds).map(([kind, { message }]) => [message, { family, kind }] as const);
  }),
);
