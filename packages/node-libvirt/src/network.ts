import type { Connection, EventsOptions } from './connection.js';
import type { LibvirtEvent } from './events/event.js';
import type { EventStream } from './events/event-stream.js';
import { NetworkMethods } from './generated/handles/network-methods.js';
import { NetworkPort } from './network-port.js';
import type { NetworkRef } from './generated/structs.js';
import type { CallOptions } from './rpc/call-options.js';
import type { EventKind } from './protocol/event-kinds.js';

/** One lease that a network's DHCP server has given out. */
export interface DhcpLease {
  /** The bridge that the server listens on. */
  readonly iface: string;
  /** Seconds since the epoch; 0 never ends. */
  readonly expiryTime: number;
  /** One of IPAddrType. */
  readonly type: number;
  readonly mac: string | null;
  readonly iaid: string | null;
  readonly ipaddr: string;
  readonly prefix: number;
  readonly hostname: string | null;
  readonly clientid: string | null;
}

/** A virtual network of libvirt. */
export class Network extends NetworkMethods {
  readonly connection: Connection;
  readonly name: string;
  /** 36 characters, lower case. */
  readonly uuid: string;
  /** How the network is named in calls, for `connection.call`. */
  readonly ref: NetworkRef;

  /** Handles come from a Connection's methods. */
  constructor(connection: Connection, ref: NetworkRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.name = ref.name;
    this.uuid = ref.uuid;
  }

  /** The definition; NetworkXMLFlags.INACTIVE for the persistent one. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.connection.call('networkGetXmlDesc', { net: this.ref, flags }, options)).xml;
  }

  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('networkIsActive', { net: this.ref }, options)).active === 1;
  }

  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('networkIsPersistent', { net: this.ref }, options)).persistent === 1;
  }

  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('networkGetAutostart', { net: this.ref }, options)).autostart === 1;
  }

  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    const args = { net: this.ref, autostart: autostart ? 1 : 0 };
    await this.connection.call('networkSetAutostart', args, options);
  }

  /** Starts it. */
  async create(options?: CallOptions): Promise<void> {
    await this.connection.call('networkCreate', { net: this.ref }, options);
  }

  /** Stops it. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.connection.call('networkDestroy', { net: this.ref }, options);
  }

  /** Forgets its persistent definition. */
  async undefine(options?: CallOptions): Promise<void> {
    await this.connection.call('networkUndefine', { net: this.ref }, options);
  }

  /** The name of its bridge: "virbr0". */
  async getBridgeName(options?: CallOptions): Promise<string> {
    return (await this.connection.call('networkGetBridgeName', { net: this.ref }, options)).name;
  }

  /** Leases of its DHCP server, of one MAC address or of all (null). */
  async getDHCPLeases(
    mac: string | null = null,
    flags = 0,
    options?: CallOptions,
  ): Promise<readonly DhcpLease[]> {
    const args = { net: this.ref, mac, needResults: 1, flags };
    const { leases } = await this.connection.call('networkGetDhcpLeases', args, options);
    return leases.map(({ expirytime, ...lease }) => ({ ...lease, expiryTime: Number(expirytime) }));
  }

  /** What it has set aside for NICs that are connected to it. libvirt 5.5 or newer. */
  async listAllPorts(flags = 0, options?: CallOptions): Promise<NetworkPort[]> {
    const args = { network: this.ref, needResults: 1, flags };
    const { ports } = await this.connection.call('networkListAllPorts', args, options);
    return ports.map((ref) => new NetworkPort(this.connection, ref));
  }

  /** Rejects with ErrorCode.NO_NETWORK_PORT when there is none (isNoNetworkPort). */
  async portLookupByUUID(uuid: string, options?: CallOptions): Promise<NetworkPort> {
    const args = { network: this.ref, uuid };
    const { port } = await this.connection.call('networkPortLookupByUuid', args, options);
    return new NetworkPort(this.connection, port);
  }

  /** Sets a port aside, as a definition says. `flags`: NetworkPortCreateFlags. */
  async portCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<NetworkPort> {
    const args = { network: this.ref, xml, flags };
    const { port } = await this.connection.call('networkPortCreateXml', args, options);
    return new NetworkPort(this.connection, port);
  }

  /** Its events to iterate over; see Connection.events. */
  events<K extends EventKind<'network'>>(
    kind: K,
    options: EventsOptions = {},
  ): EventStream<LibvirtEvent<'network', K>> {
    return this.connection.events('network', kind, { ...options, of: this });
  }
}
