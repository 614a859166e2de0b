import type { Connection } from './connection.js';
import { StorageVolumeMethods } from './generated/handles/storage-volume-methods.js';
import type { StorageVolRef } from './generated/structs.js';

/** A volume of a storage pool. */
export class StorageVolume extends StorageVolumeMethods {
  readonly connection: Connection;
  /** The name of its pool. */
  readonly pool: string;
  readonly name: string;
  /** Unique on the host; for a file, its path. */
  readonly key: string;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: StorageVolRef;

  /** Handles come from a Connection's and a StoragePool's methods. */
  constructor(connection: Connection, ref: StorageVolRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.pool = ref.pool;
    this.name = ref.name;
    this.key = ref.key;
  }
}
