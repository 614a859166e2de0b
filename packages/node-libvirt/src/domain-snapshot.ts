import type { Connection } from './connection.js';
import { DomainSnapshotMethods } from './generated/handles/domain-snapshot-methods.js';
import type { DomainSnapshotRef } from './generated/structs.js';

/** A snapshot of a domain. */
export class DomainSnapshot extends DomainSnapshotMethods {
  readonly connection: Connection;
  readonly name: string;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: DomainSnapshotRef;

  /** Handles come from a Domain's methods. */
  constructor(connection: Connection, ref: DomainSnapshotRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.name = ref.name;
  }
}
