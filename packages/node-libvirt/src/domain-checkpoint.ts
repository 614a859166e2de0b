import type { Connection } from './connection.js';
import { DomainCheckpointMethods } from './generated/handles/domain-checkpoint-methods.js';
import type { DomainCheckpointRef } from './generated/structs.js';

/** A checkpoint of a domain: where an incremental backup starts. */
export class DomainCheckpoint extends DomainCheckpointMethods {
  readonly connection: Connection;
  readonly name: string;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: DomainCheckpointRef;

  /** Handles come from a Domain's methods. */
  constructor(connection: Connection, ref: DomainCheckpointRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.name = ref.name;
  }
}
