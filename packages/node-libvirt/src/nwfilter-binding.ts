import type { Connection } from './connection.js';
import { NWFilterBindingMethods } from './generated/handles/nwfilter-binding-methods.js';
import type { NwfilterBindingRef } from './generated/structs.js';

/** A network filter's binding to one netdev of the host. */
export class NWFilterBinding extends NWFilterBindingMethods {
  readonly connection: Connection;
  /** The netdev: "vnet3". */
  readonly portDev: string;
  readonly filterName: string;
  /** How the binding is named in calls, for `connection.call`. */
  readonly ref: NwfilterBindingRef;

  /** Handles come from a Connection's methods. */
  constructor(connection: Connection, ref: NwfilterBindingRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.portDev = ref.portdev;
    this.filterName = ref.filtername;
  }
}
