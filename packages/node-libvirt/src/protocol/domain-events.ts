import { eventKinds, type EventKind, type EventMessage } from './event-kinds.js';

/** Domain events by name. */
export const domainEvents = eventKinds.domain;

/** Names of the domain events. */
export type DomainEventKind = EventKind<'domain'>;

/** The message of a domain event as it is on the wire. */
export type DomainEventMessage<K extends DomainEventKind> = EventMessage<'domain', K>;
