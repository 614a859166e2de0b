import type { Connection, EventsOptions } from './connection.js';
import type { LibvirtEvent } from './events/event.js';
import type { EventStream } from './events/event-stream.js';
import { StoragePoolMethods } from './generated/handles/storage-pool-methods.js';
import type { StoragePoolRef } from './generated/structs.js';
import type { EventKind } from './protocol/event-kinds.js';

/** A storage pool: where volumes are kept. */
export class StoragePool extends StoragePoolMethods {
  readonly connection: Connection;
  readonly name: string;
  /** 36 characters, lower case. */
  readonly uuid: string;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: StoragePoolRef;

  /** Handles come from a Connection's methods and from events. */
  constructor(connection: Connection, ref: StoragePoolRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.name = ref.name;
    this.uuid = ref.uuid;
  }

  /** Its events to iterate over; see Connection.events. */
  events<K extends EventKind<'storage-pool'>>(
    kind: K,
    options: EventsOptions = {},
  ): EventStream<LibvirtEvent<'storage-pool', K>> {
    return this.connection.events('storage-pool', kind, { ...options, of: this });
  }
}
