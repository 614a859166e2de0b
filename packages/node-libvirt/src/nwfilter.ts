import type { Connection } from './connection.js';
import { NWFilterMethods } from './generated/handles/nwfilter-methods.js';
import type { NwfilterRef } from './generated/structs.js';

/** A network filter. */
export class NWFilter extends NWFilterMethods {
  readonly connection: Connection;
  readonly name: string;
  /** 36 characters, lower case. */
  readonly uuid: string;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: NwfilterRef;

  /** Handles come from a Connection's methods. */
  constructor(connection: Connection, ref: NwfilterRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.name = ref.name;
    this.uuid = ref.uuid;
  }
}
