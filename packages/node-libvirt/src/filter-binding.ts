import type { Connection } from './connection.js';
import type { FilterBindingRef } from './protocol/types.js';
import type { CallOptions } from './rpc/call-options.js';

/** A network filter's binding to one netdev of the host. */
export class FilterBinding {
  readonly connection: Connection;
  /** The netdev: "vnet3". */
  readonly portDev: string;
  readonly filterName: string;
  /** How the binding is named in calls, for `connection.call`. */
  readonly ref: FilterBindingRef;

  /** Handles come from a Connection's methods. */
  constructor(connection: Connection, ref: FilterBindingRef) {
    this.connection = connection;
    this.ref = ref;
    this.portDev = ref.portdev;
    this.filterName = ref.filtername;
  }

  /** Its definition: owner, MAC, filter. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.connection.call('nwfilterBindingGetXmlDesc', { nwfilter: this.ref, flags }, options))
      .xml;
  }

  /** Takes the filter's rules off the netdev. */
  async delete(options?: CallOptions): Promise<void> {
    await this.connection.call('nwfilterBindingDelete', { nwfilter: this.ref }, options);
  }
}
