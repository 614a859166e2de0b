import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DomainEventKind } from '../protocol/domain-events.js';
import type { SimulatedDomain } from './domain.js';
import type { DomainSetup } from './domain-setup.js';
import type { EventFields } from './event-sink.js';
import { Faults, type Fault } from './fault.js';
import type { NetworkSetup, SimulatedNetwork } from './network.js';
import type { NodeDeviceSetup, SimulatedNodeDevice } from './node-device.js';
import { Session, type RecordedCall } from './session.js';
import { streamPair } from './stream-pair.js';
import { World, type WorldSetup } from './world.js';

/** Most calls that are remembered; the oldest are dropped beyond it. */
const MAX_CALLS = 10_000;

/**
 * A libvirt daemon in this process that speaks the real protocol and plays scripted domains.
 * @example
 * await using daemon = new SimulatedDaemon({ domains: [{ xml, devices: { net0: 'never' } }] });
 * const connection = await connect('qemu:///system', { stream: daemon.connect() });
 */
export class SimulatedDaemon implements AsyncDisposable {
  /** The calls that came in, oldest first. */
  readonly calls: RecordedCall[] = [];
  #pongs = 0;
  readonly #world: World;
  readonly #faults = new Faults();
  readonly #sessions = new Set<Session>();
  readonly #servers = new Set<Server>();

  constructor(setup: WorldSetup = {}) {
    this.#world = new World(setup);
  }

  /** Opens a connection to it: the client's end of a stream in this process. */
  connect(): Duplex {
    const [client, server] = streamPair();
    this.#serve(server);
    return client;
  }

  /** Listens on a unix socket, which must not exist yet. */
  async listen(path: string): Promise<void> {
    const server = createServer((socket) => {
      this.#serve(socket);
    });
    this.#servers.add(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  }

  /** The domain of that name. Throws when there is none. */
  domain(name: string): SimulatedDomain {
    return known(this.#world.domains, name, 'domain');
  }

  /** The network of that name. Throws when there is none. */
  network(name: string): SimulatedNetwork {
    return known(this.#world.networks, name, 'network');
  }

  /** The node device of that name. Throws when there is none. */
  nodeDevice(name: string): SimulatedNodeDevice {
    return known(this.#world.nodeDevices, name, 'node device');
  }

  addDomain(setup: DomainSetup): SimulatedDomain {
    return this.#world.addDomain(setup);
  }

  addNetwork(setup: NetworkSetup): SimulatedNetwork {
    return this.#world.addNetwork(setup);
  }

  addNodeDevice(setup: NodeDeviceSetup): SimulatedNodeDevice {
    return this.#world.addNodeDevice(setup);
  }

  /** Sets a fault; the result takes it away again. */
  fault(fault: Fault): () => void {
    return this.#faults.add(fault);
  }

  /** Sends an event of a domain to everybody who has registered for it. */
  emit<K extends DomainEventKind>(kind: K, domain: SimulatedDomain, fields: EventFields<K>): void {
    this.#world.events.emit(kind, domain.ref, fields);
  }

  /** Registrations for events that stand, of all clients. */
  get registrations(): number {
    return this.#world.events.count;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sessions.size;
  }

  /** Sends bytes to every client as they are. */
  send(bytes: Uint8Array): void {
    for (const session of this.#sessions) session.send(bytes);
  }

  /** Pings every client. */
  ping(): void {
    for (const session of this.#sessions) session.ping();
  }

  /** Pings that clients have answered. */
  get pongs(): number {
    return this.#pongs;
  }

  /** Stops answering its clients without hanging up, as a machine that has gone does. */
  mute(): void {
    for (const session of this.#sessions) session.mute();
  }

  /** Hangs up on every client; new ones may come. */
  dropConnections(): void {
    for (const session of this.#sessions) session.drop();
  }

  /** Ends it: hangs up, stops listening, ends every timer. May be called twice. */
  async close(): Promise<void> {
    this.#world.timers.clear();
    this.dropConnections();
    const closing = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)));
    this.#servers.clear();
    await Promise.all(closing);
  }

  /** The same as close(), for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #serve(stream: Duplex): void {
    const record = (call: RecordedCall): void => {
      this.calls.push(call);
      if (this.calls.length > MAX_CALLS) this.calls.shift();
    };
    const pong = (): void => {
      this.#pongs += 1;
    };
    const session = new Session(stream, { world: this.#world, faults: this.#faults, record, pong });
    this.#sessions.add(session);
    stream.once('close', () => this.#sessions.delete(session));
  }
}

function known<T>(things: ReadonlyMap<string, T>, name: string, what: string): T {
  const found = things.get(name);
  if (found === undefined) throw new Error(`the simulator has no ${what} ${JSON.stringify(name)}`);
  return found;
}
