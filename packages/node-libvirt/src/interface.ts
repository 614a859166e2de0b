import type { Connection } from './connection.js';
import { InterfaceMethods } from './generated/handles/interface-methods.js';
import type { InterfaceRef } from './generated/structs.js';

/** A network interface of the host's own configuration. */
export class Interface extends InterfaceMethods {
  readonly connection: Connection;
  /** The netdev: "eth0". */
  readonly name: string;
  readonly mac: string;
  /** How it is named in calls, for `connection.call`. */
  readonly ref: InterfaceRef;

  /** Handles come from a Connection's methods. */
  constructor(connection: Connection, ref: InterfaceRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.name = ref.name;
    this.mac = ref.mac;
  }
}
