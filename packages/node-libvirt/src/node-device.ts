import type { Connection, EventsOptions } from './connection.js';
import type { LibvirtEvent } from './events/event.js';
import type { EventStream } from './events/event-stream.js';
import { NodeDeviceMethods } from './generated/handles/node-device-methods.js';
import type { NodeDeviceRef } from './generated/structs.js';
import type { CallOptions } from './rpc/call-options.js';
import type { EventKind } from './protocol/event-kinds.js';

/** A device of the host, named as libvirt names it: "pci_0000_03_00_0", "net_eth0_52_54_00_…". */
export class NodeDevice extends NodeDeviceMethods {
  readonly connection: Connection;
  readonly name: string;

  /** How the device is named in calls, for `connection.call`. */
  readonly ref: NodeDeviceRef;

  /** Handles come from a Connection's methods and from events. */
  constructor(connection: Connection, ref: NodeDeviceRef) {
    super();
    this.connection = connection;
    this.ref = ref;
    this.name = ref.name;
  }

  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.connection.call('nodeDeviceGetXmlDesc', { name: this.name, flags }, options)).xml;
  }

  /** The name of the device above it; null at the top. */
  async getParent(options?: CallOptions): Promise<string | null> {
    return (await this.connection.call('nodeDeviceGetParent', { name: this.name }, options)).parentName;
  }

  /** The kinds of thing it is: "pci", "net", … */
  async listCaps(options?: CallOptions): Promise<readonly string[]> {
    const { num } = await this.connection.call('nodeDeviceNumOfCaps', { name: this.name }, options);
    const args = { name: this.name, maxnames: num };
    return (await this.connection.call('nodeDeviceListCaps', args, options)).names;
  }

  /**
   * Takes it from its host driver and gives it to a pass-through driver ("vfio"; null for the default). libvirt does not
   * look whether the host uses it.
   */
  async detachFlags(driver: string | null = null, flags = 0, options?: CallOptions): Promise<void> {
    const args = { name: this.name, driverName: driver, flags };
    await this.connection.call('nodeDeviceDetachFlags', args, options);
  }

  /** Resets it. libvirt answers success **without** a reset when it is bound to vfio-pci or can do FLR. */
  async reset(options?: CallOptions): Promise<void> {
    await this.connection.call('nodeDeviceReset', { name: this.name }, options);
  }

  /** Gives it back to its host driver. */
  async reAttach(options?: CallOptions): Promise<void> {
    await this.connection.call('nodeDeviceReAttach', { name: this.name }, options);
  }

  /** Its events to iterate over; see Connection.events. */
  events<K extends EventKind<'node-device'>>(
    kind: K,
    options: EventsOptions = {},
  ): EventStream<LibvirtEvent<'node-device', K>> {
    return this.connection.events('node-device', kind, { ...options, of: this });
  }
}
