import { DomainEventId } from '../constants/event-id.js';
import { int, nullable, string, struct, type Carried } from '../xdr/codec.js';
import { domainRef } from './types.js';

const head = { callbackId: int, dom: domainRef };
const device = struct({ ...head, alias: string });

/**
 * Domain events by the name used here: the number it is registered with, the procedure its messages carry and their
 * shape (remote_domain_event_callback_*_msg of libvirt 9.0). Device events say no more than the alias.
 */
export const domainEvents = {
  lifecycle: {
    id: DomainEventId.LIFECYCLE,
    number: 318,
    message: struct({ ...head, event: int, detail: int }),
  },
  reboot: { id: DomainEventId.REBOOT, number: 319, message: struct(head) },
  'device-removed': { id: DomainEventId.DEVICE_REMOVED, number: 333, message: device },
  'agent-lifecycle': {
    id: DomainEventId.AGENT_LIFECYCLE,
    number: 348,
    message: struct({ ...head, state: int, reason: int }),
  },
  'device-added': { id: DomainEventId.DEVICE_ADDED, number: 354, message: device },
  'device-removal-failed': { id: DomainEventId.DEVICE_REMOVAL_FAILED, number: 367, message: device },
  'metadata-change': {
    id: DomainEventId.METADATA_CHANGE,
    number: 379,
    message: struct({ ...head, type: int, nsuri: nullable(string) }),
  },
} as const;

/** Names of the domain events. */
export type DomainEventKind = keyof typeof domainEvents;

/** The message of an event as it is on the wire. */
export type DomainEventMessage<K extends DomainEventKind> = Carried<(typeof domainEvents)[K]['message']>;
