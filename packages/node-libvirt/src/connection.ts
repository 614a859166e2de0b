import { Domain } from './domain.js';
import type { DomainEventListener } from './events/domain-event.js';
import { EventRegistry } from './events/registry.js';
import { subscribe, type SubscribeOptions } from './events/subscribe.js';
import type { Subscription } from './events/subscription.js';
import { FilterBinding } from './filter-binding.js';
import { Network } from './network.js';
import { NodeDevice } from './node-device.js';
import type { DomainEventKind } from './protocol/domain-events.js';
import type { Procedure } from './protocol/procedure.js';
import { procedures, type Args, type ProcedureName, type Result } from './protocol/procedures.js';
import type { CallOptions } from './rpc/call-options.js';
import type { RpcClient } from './rpc/client.js';

/** What getDomainCapabilities is asked about; what is left out is the hypervisor's default. */
export interface DomainCapabilitiesQuery {
  readonly emulator?: string | undefined;
  readonly arch?: string | undefined;
  readonly machine?: string | undefined;
  /** "kvm" or "qemu". That libvirt answers for kvm does not mean that KVM guests can run. */
  readonly virttype?: string | undefined;
}

/**
 * An open connection to a libvirt daemon, made by connect(). Every method rejects with LibvirtError (the daemon's own
 * error), CallTimeoutError, ConnectionLostError or the abort reason of the signal it was given.
 */
export class Connection implements AsyncDisposable {
  /** The URI as the daemon knows it: "qemu:///system". */
  readonly uri: string;
  /** Settles when the connection has ended: null after close(), else what ended it. Never rejects. */
  readonly closed: Promise<Error | null>;
  readonly #client: RpcClient;
  readonly #registry = new EventRegistry();

  /** Connections come from connect(). */
  constructor(client: RpcClient, uri: string) {
    this.#client = client;
    this.uri = uri;
    this.closed = client.closed;
    client.handleEvents((program, procedure, payload) => {
      this.#registry.receive(program, procedure, payload);
    });
  }

  /** Ends the connection; calls that still wait are rejected with ConnectionLostError. May be called twice. */
  async close(): Promise<void> {
    // A daemon that is busy with our calls would make us wait for its goodbye; it notices the hang-up just as well.
    if (!this.#client.isClosed && this.#client.pending === 0) {
      await this.call('connectClose', {}, { timeoutMs: 1000 }).catch(() => undefined);
    }
    this.#client.end(null);
  }

  /** The same as close(), for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Calls any procedure of the table by its name, with typed arguments and result. */
  call<N extends ProcedureName>(name: N, args: Args<N>, options?: CallOptions): Promise<Result<N>> {
    const procedure = procedures[name] as unknown as Procedure<Args<N>, Result<N>>;
    return this.#client.call(name, procedure, args, options);
  }

  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetHostname', {}, options)).hostname;
  }

  /** The daemon's libvirt version: 9,000,000 is 9.0.0. */
  async getLibVersion(options?: CallOptions): Promise<number> {
    return Number((await this.call('connectGetLibVersion', {}, options)).libVer);
  }

  /** The hypervisor's version: 7,002,000 is QEMU 7.2.0. */
  async getVersion(options?: CallOptions): Promise<number> {
    return Number((await this.call('connectGetVersion', {}, options)).hvVer);
  }

  /** The driver's name: "QEMU", "TEST". */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetType', {}, options)).type;
  }

  /** What the host can do, as XML. */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetCapabilities', {}, options)).capabilities;
  }

  /** What a domain of this kind could have, as XML. */
  async getDomainCapabilities(query: DomainCapabilitiesQuery = {}, options?: CallOptions): Promise<string> {
    const { emulator = null, arch = null, machine = null, virttype = null } = query;
    const args = { emulatorbin: emulator, arch, machine, virttype, flags: 0 };
    return (await this.call('connectGetDomainCapabilities', args, options)).capabilities;
  }

  /** All domains, or those that ListDomainsFlags names. */
  async listAllDomains(flags = 0, options?: CallOptions): Promise<Domain[]> {
    const { domains } = await this.call('connectListAllDomains', { needResults: 1, flags }, options);
    return domains.map((ref) => new Domain(this, ref));
  }

  /** Rejects with ErrorCode.NO_DOMAIN when there is none (isNoDomain). */
  async domainLookupByName(name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainLookupByName', { name }, options)).dom);
  }

  /** Rejects with ErrorCode.NO_DOMAIN when there is none (isNoDomain). */
  async domainLookupByUUID(uuid: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainLookupByUuid', { uuid }, options)).dom);
  }

  /** Defines or redefines a persistent domain. `flags`: DomainDefineFlags. */
  async domainDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainDefineXmlFlags', { xml, flags }, options)).dom);
  }

  /** Starts a transient domain. `flags`: DomainCreateFlags. */
  async domainCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainCreateXml', { xmlDesc: xml, flags }, options)).dom);
  }

  /** All networks, or those that ListNetworksFlags names. */
  async listAllNetworks(flags = 0, options?: CallOptions): Promise<Network[]> {
    const { nets } = await this.call('connectListAllNetworks', { needResults: 1, flags }, options);
    return nets.map((ref) => new Network(this, ref));
  }

  /** Rejects with ErrorCode.NO_NETWORK when there is none (isNoNetwork). */
  async networkLookupByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkLookupByName', { name }, options)).net);
  }

  /** Rejects with ErrorCode.NO_NETWORK when there is none (isNoNetwork). */
  async networkLookupByUUID(uuid: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkLookupByUuid', { uuid }, options)).net);
  }

  /** Defines or redefines a persistent network; it is not started. */
  async networkDefineXML(xml: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkDefineXml', { xml }, options)).net);
  }

  /** Starts a transient network. */
  async networkCreateXML(xml: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkCreateXml', { xml }, options)).net);
  }

  /** All bindings of network filters. libvirt 4.5 or newer. */
  async listAllFilterBindings(flags = 0, options?: CallOptions): Promise<FilterBinding[]> {
    const args = { needResults: 1, flags };
    const { bindings } = await this.call('connectListAllNwfilterBindings', args, options);
    return bindings.map((ref) => new FilterBinding(this, ref));
  }

  /** Rejects with ErrorCode.NO_NWFILTER_BINDING when there is none (isNoFilterBinding). */
  async filterBindingLookupByPortDev(name: string, options?: CallOptions): Promise<FilterBinding> {
    const { nwfilter } = await this.call('nwfilterBindingLookupByPortDev', { name }, options);
    return new FilterBinding(this, nwfilter);
  }

  /** Binds a filter to a netdev, as a definition says. */
  async filterBindingCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<FilterBinding> {
    return new FilterBinding(
      this,
      (await this.call('nwfilterBindingCreateXml', { xml, flags }, options)).nwfilter,
    );
  }

  /** All devices of the host, or those that ListNodeDevicesFlags names. */
  async listAllNodeDevices(flags = 0, options?: CallOptions): Promise<NodeDevice[]> {
    const { devices } = await this.call('connectListAllNodeDevices', { needResults: 1, flags }, options);
    return devices.map(({ name }) => new NodeDevice(this, name));
  }

  /** Rejects with ErrorCode.NO_NODE_DEVICE when there is none (isNoNodeDevice). */
  async nodeDeviceLookupByName(name: string, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this, (await this.call('nodeDeviceLookupByName', { name }, options)).dev.name);
  }

  /**
   * Listens to domain events of one kind. Resolves once the daemon has confirmed the registration; events that come
   * before the confirmation are delivered. A subscription ends with close(), its signal, or the connection (`closed`).
   */
  onDomainEvent<K extends DomainEventKind>(
    kind: K,
    listener: DomainEventListener<K>,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    return subscribe(
      { connection: this, client: this.#client, registry: this.#registry },
      kind,
      listener,
      options,
    );
  }
}
