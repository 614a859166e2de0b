import type { DomainEventKind } from '../protocol/domain-events.js';
import type { LibvirtEvent } from './event.js';

/** What a listener to domain events is given, by kind. */
export type DomainEventMap = { readonly [K in DomainEventKind]: LibvirtEvent<'domain', K> };

export type DomainEvent = DomainEventMap[DomainEventKind];

/** What a listener is: called once an event, in the order in which the daemon sent them. */
export type DomainEventListener<K extends DomainEventKind> = (event: DomainEventMap[K]) => void;
