import type { Connection } from './connection.js';
import { NetworkPortMethods } from './generated/handles/network-port-methods.js';
import type { NetworkPortRef } from './generated/structs.js';
import type { CallOptions } from './rpc/call-options.js';

/** A port of a network: what libvirt set aside for one NIC that is connected to it. */
export class NetworkPort extends NetworkPortMethods {
  readonly connection: Connection;
  /** 36 characters, lower case; the NIC's definition names it as `portid`. */
  readonly uuid: string;
  /** How the port is named in calls, for `connection.call`. */
  readonly ref: NetworkPortRef;

  /** Handles come from a Network's methods. */
  constructor(connection: Connection, ref: NetworkPortRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.uuid = ref.uuid;
  }

  /** Its definition: owner, MAC, plug. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.connection.call('networkPortGetXmlDesc', { port: this.ref, flags }, options)).xml;
  }

  /** Gives it back. A NIC that still uses it keeps its device and loses what the network knows of it. */
  async delete(flags = 0, options?: CallOptions): Promise<void> {
    await this.connection.call('networkPortDelete', { port: this.ref, flags }, options);
  }
}
