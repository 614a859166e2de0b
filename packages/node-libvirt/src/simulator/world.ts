import type { DomainRef, NetworkRef } from '../protocol/types.js';
import { ErrorCode } from '../generated/constants/error-code.js';
import { SimulatedDomain } from './domain.js';
import type { DomainHost, DomainSetup } from './domain-setup.js';
import { EventSink } from './event-sink.js';
import { Failure, From } from './failure.js';
import { SimulatedFilterBinding } from './filter-binding.js';
import { SimulatedNetwork, type NetworkSetup } from './network.js';
import { SimulatedNodeDevice, type NodeDeviceSetup } from './node-device.js';
import { Timers } from './timers.js';

/** What a simulated host has. */
export interface WorldSetup {
  readonly hostname?: string;
  /** libvirt's version: 9,000,000 is 9.0.0, the default. */
  readonly libVersion?: number;
  /** The hypervisor's version: 7,002,000 is QEMU 7.2.0, the default. */
  readonly version?: number;
  readonly domains?: readonly DomainSetup[];
  readonly networks?: readonly NetworkSetup[];
  /** Definitions of filters' bindings, `<filterbinding>`. */
  readonly filterBindings?: readonly string[];
  readonly nodeDevices?: readonly NodeDeviceSetup[];
  /** How long a live detach waits for the guest before it says success. Default 5000 ms, as libvirt's. */
  readonly detachWaitMs?: number;
  /** What AUTH_LIST answers. Default [0], none. */
  readonly auth?: readonly number[];
  /** Whether polkit lets clients in. Default true. */
  readonly polkit?: boolean;
}

/** The simulated host: its domains, networks and devices, shared by all connections. */
export class World implements DomainHost {
  readonly setup: WorldSetup;
  readonly events = new EventSink();
  readonly timers = new Timers();
  readonly domains = new Map<string, SimulatedDomain>();
  readonly networks = new Map<string, SimulatedNetwork>();
  readonly filterBindings = new Map<string, SimulatedFilterBinding>();
  readonly nodeDevices = new Map<string, SimulatedNodeDevice>();
  #lastId = 0;
  #targets = 0;

  constructor(setup: WorldSetup) {
    this.setup = setup;
    for (const domain of setup.domains ?? []) this.addDomain(domain);
    for (const network of setup.networks ?? []) this.addNetwork(network);
    for (const xml of setup.filterBindings ?? []) this.addFilterBinding(xml);
    for (const device of setup.nodeDevices ?? []) this.addNodeDevice(device);
  }

  addDomain(setup: DomainSetup): SimulatedDomain {
    const domain = new SimulatedDomain(setup, this);
    this.domains.set(domain.name, domain);
    return domain;
  }

  addNetwork(setup: NetworkSetup): SimulatedNetwork {
    const network = new SimulatedNetwork(setup);
    this.networks.set(network.name, network);
    return network;
  }

  addFilterBinding(xml: string): SimulatedFilterBinding {
    const binding = new SimulatedFilterBinding(xml);
    this.filterBindings.set(binding.ref.portdev, binding);
    return binding;
  }

  addNodeDevice(setup: NodeDeviceSetup): SimulatedNodeDevice {
    const device = new SimulatedNodeDevice(setup);
    this.nodeDevices.set(device.name, device);
    return device;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  nextTarget(): string {
    this.#targets += 1;
    return `vnet${this.#targets - 1}`;
  }

  /** Throws Failure 42 when there is none. */
  domain(ref: Pick<DomainRef, 'uuid'> & Partial<DomainRef>): SimulatedDomain {
    const found = [...this.domains.values()].find(({ uuid }) => uuid === ref.uuid);
    if (found !== undefined) return found;
    const name = ref.name === undefined ? '' : ` (${ref.name})`;
    throw new Failure(ErrorCode.NO_DOMAIN, `no domain with matching uuid '${ref.uuid}'${name}`, From.qemu);
  }

  /** Throws Failure 43 when there is none. */
  network(ref: Pick<NetworkRef, 'uuid'>): SimulatedNetwork {
    const found = [...this.networks.values()].find(({ uuid }) => uuid === ref.uuid);
    if (found !== undefined) return found;
    throw new Failure(ErrorCode.NO_NETWORK, `no network with matching uuid '${ref.uuid}'`, From.network);
  }

  /** Throws Failure 53 when there is none. */
  nodeDevice(name: string): SimulatedNodeDevice {
    const found = this.nodeDevices.get(name);
    if (found !== undefined) return found;
    throw new Failure(ErrorCode.NO_NODE_DEVICE, `no node device with matching name '${name}'`, From.nodedev);
  }
}
