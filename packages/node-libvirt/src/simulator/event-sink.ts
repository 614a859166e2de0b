import { domainEvents, type DomainEventKind, type DomainEventMessage } from '../protocol/domain-events.js';
import { PROGRAM_VERSION } from '../protocol/program.js';
import { procedureNamed } from '../protocol/table.js';
import type { DomainRef } from '../protocol/types.js';
import { encodeFrame, MessageStatus, MessageType } from '../rpc/frame.js';

/** What an event says beside the registration and the domain. */
export type EventFields<K extends DomainEventKind> = Omit<DomainEventMessage<K>, 'callbackId' | 'dom'>;

interface Registration {
  readonly eventId: number;
  readonly uuid: string | null;
  readonly send: (frame: Buffer) => void;
}

/** Registrations for events, of all clients, and the sending of events to them. */
export class EventSink {
  readonly #registrations = new Map<number, Registration>();
  #nextId = 0;

  /** Registers a client for events of a number, of one domain or of all (null); gives the registration's number. */
  register(eventId: number, uuid: string | null, send: (frame: Buffer) => void): number {
    const callbackId = this.#nextId;
    this.#nextId += 1;
    this.#registrations.set(callbackId, { eventId, uuid, send });
    return callbackId;
  }

  /** True when there was such a registration. */
  deregister(callbackId: number): boolean {
    return this.#registrations.delete(callbackId);
  }

  /** Registrations that stand. */
  get count(): number {
    return this.#registrations.size;
  }

  /** Sends an event to everybody who has registered for it. */
  emit<K extends DomainEventKind>(kind: K, dom: DomainRef, fields: EventFields<K>): void {
    const { id, message } = domainEvents[kind];
    const { program, number, args } = procedureNamed(message);
    for (const [callbackId, { eventId, uuid, send }] of this.#registrations) {
      if (eventId !== id || (uuid !== null && uuid !== dom.uuid)) continue;
      const header = { program, version: PROGRAM_VERSION, procedure: number };
      const rest = { type: MessageType.event, serial: 0, status: MessageStatus.ok };
      send(encodeFrame({ ...header, ...rest }, args, { callbackId, dom, ...fields }));
    }
  }
}
