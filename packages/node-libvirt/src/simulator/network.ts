import { randomUUID } from 'node:crypto';
import type { NetworkDhcpLease } from '../generated/structs.js';
import type { NetworkRef } from '../protocol/types.js';
import { childAttribute } from './xml/edit.js';
import { fieldOf, parseDefinition } from './definition.js';
import { withIdentity } from './live-definition.js';

/** A lease; what is left out is empty. */
export type LeaseSetup = Partial<NetworkDhcpLease> & Pick<NetworkDhcpLease, 'ipaddr'>;

/** A network to start the simulator with. */
export interface NetworkSetup {
  readonly xml: string;
  /** Default true. */
  readonly active?: boolean;
  /** Default true. */
  readonly persistent?: boolean;
  readonly leases?: readonly LeaseSetup[];
  /** Definitions of its ports, `<networkport>`, each with its uuid. */
  readonly ports?: readonly string[];
}

/** One simulated network. */
export class SimulatedNetwork {
  readonly name: string;
  readonly uuid: string;
  readonly xml: string;
  active: boolean;
  persistent: boolean;
  autostart = false;
  /** What its DHCP server has given out. */
  leases: LeaseSetup[];
  /** Definitions of its ports, by UUID. */
  readonly ports = new Map<string, string>();

  constructor(setup: NetworkSetup) {
    const { name, uuid, xml } = withIdentity(setup.xml, 'network');
    this.name = name;
    this.uuid = uuid;
    this.xml = xml;
    this.active = setup.active !== false;
    this.persistent = setup.persistent !== false;
    this.leases = [...(setup.leases ?? [])];
    for (const port of setup.ports ?? []) this.addPort(port);
  }

  get ref(): NetworkRef {
    return { name: this.name, uuid: this.uuid };
  }

  /** The name of its bridge; undefined where its definition names none. */
  get bridge(): string | undefined {
    return childAttribute(parseDefinition(this.xml, 'network'), 'bridge', 'name');
  }

  /** Adds a port and gives its UUID; one that is there already is replaced. */
  addPort(xml: string): string {
    const uuid = fieldOf(xml, parseDefinition(xml, 'networkport'), 'uuid') ?? randomUUID();
    this.ports.set(uuid, xml);
    return uuid;
  }

  /** Its leases as they go onto the wire. */
  wireLeases(mac: string | null): NetworkDhcpLease[] {
    const empty = { iface: this.bridge ?? '', expirytime: 0n, type: 0, mac: null, iaid: null, prefix: 24 };
    return this.leases
      .filter((lease) => mac === null || lease.mac?.toLowerCase() === mac.toLowerCase())
      .map((lease) => ({ ...empty, hostname: null, clientid: null, ...lease }));
  }
}
