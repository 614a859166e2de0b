import type { Connection, EventsOptions } from './connection.js';
import type { LibvirtEvent } from './events/event.js';
import type { EventStream } from './events/event-stream.js';
import { SecretMethods } from './generated/handles/secret-methods.js';
import type { SecretRef } from './generated/structs.js';
import type { EventKind } from './protocol/event-kinds.js';

/** A secret that libvirt keeps: a password or a key. */
export class Secret extends SecretMethods {
  readonly connection: Connection;
  /** 36 characters, lower case. */
  readonly uuid: string;
  /** One of SecretUsageType. */
  readonly usageType: number;
  /** What it is used for; its form depends on the type. */
  readonly usageId: string;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: SecretRef;

  /** Handles come from a Connection's methods and from events. */
  constructor(connection: Connection, ref: SecretRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.uuid = ref.uuid;
    this.usageType = ref.usageType;
    this.usageId = ref.usageId;
  }

  /** Its events to iterate over; see Connection.events. */
  events<K extends EventKind<'secret'>>(
    kind: K,
    options: EventsOptions = {},
  ): EventStream<LibvirtEvent<'secret', K>> {
    return this.connection.events('secret', kind, { ...options, of: this });
  }
}
