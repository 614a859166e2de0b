import { Domain } from './domain.js';
import type { LibvirtEvent } from './events/event.js';
import { EventHub, type SubscribeOptions } from './events/hub.js';
import { EventStream } from './events/event-stream.js';
import type { Subscription } from './events/subscription.js';
import { ConnectionMethods } from './generated/handles/connection-methods.js';
import { Network } from './network.js';
import { fromTypedParams, type Params } from './params.js';
import type { DomainEventKind } from './protocol/domain-events.js';
import type { EventFamily, EventKind } from './protocol/event-kinds.js';
import type { Procedure } from './protocol/procedure.js';
import { procedures, type Args, type ProcedureName, type Result } from './protocol/procedures.js';
import type { CallOptions } from './rpc/call-options.js';
import type { Link } from './rpc/link.js';
import { openStream, type OpenedStream } from './streams/open-stream.js';

/** What getDomainCapabilities is asked about; what is left out is the hypervisor's default. */
export interface DomainCapabilitiesQuery {
  readonly emulator?: string | undefined;
  readonly arch?: string | undefined;
  readonly machine?: string | undefined;
  /** "kvm" or "qemu". That libvirt answers for kvm does not mean that KVM guests can run. */
  readonly virttype?: string | undefined;
}

/** A domain with what getAllDomainStats tells of it. */
export interface DomainStats {
  readonly domain: Domain;
  /** By the names that libvirt gives them: "net.0.rx.bytes". */
  readonly stats: Params;
}

/** Options of iterating over events. */
export interface EventsOptions extends SubscribeOptions {
  /** Most events that are kept while nobody takes them; one more ends the iteration with EventOverflowError. Default 1,000. */
  readonly limit?: number | undefined;
}

/**
 * An open connection to a libvirt daemon, made by connect(). Every method rejects with LibvirtError (the daemon's own
 * error), CallTimeoutError, ConnectionLostError or the abort reason of the signal it was given.
 */
export class Connection extends ConnectionMethods implements AsyncDisposable {
  /** The URI as the daemon knows it: "qemu:///system". */
  readonly uri: string;
  /** Settles when the connection has ended: null after close(), else what ended it. Never rejects. */
  readonly closed: Promise<Error | null>;
  readonly #link: Link;
  readonly #hub: EventHub;

  protected get self(): this {
    return this;
  }

  /** Connections come from connect(). */
  constructor(link: Link, uri: string) {
    super();
    this.#link = link;
    this.uri = uri;
    this.closed = link.closed;
    this.#hub = new EventHub(link.client);
    link.onMove = (client) => this.#hub.moveTo(client);
  }

  /** Ends the connection; calls that still wait are rejected with ConnectionLostError. May be called twice. */
  async close(): Promise<void> {
    // A daemon that is busy with our calls would make us wait for its goodbye; it notices the hang-up just as well.
    const { client } = this.#link;
    if (!client.isClosed && client.pending === 0) {
      await this.call('connectClose', {}, { timeoutMs: 1000 }).catch(() => undefined);
    }
    this.#link.end(null);
  }

  /** The same as close(), for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Calls any procedure of the table by its name, with typed arguments and result. */
  call<N extends ProcedureName>(name: N, args: Args<N>, options?: CallOptions): Promise<Result<N>> {
    const procedure = procedures[name] as unknown as Procedure<Args<N>, Result<N>>;
    return this.#link.call(name, procedure, args, options);
  }

  /**
   * Calls a procedure that opens a stream: storageVolDownload, storageVolUpload, domainOpenConsole, domainOpenChannel,
   * domainScreenshot. The signal aborts the stream as long as it lasts.
   * @throws TypeError for a procedure without a stream, else as call()
   */
  async openStream<N extends ProcedureName>(
    name: N,
    args: Args<N>,
    options?: CallOptions,
  ): Promise<OpenedStream<Result<N>>> {
    const procedure = procedures[name] as unknown as Procedure<Args<N>, Result<N>>;
    return openStream(await this.#link.ready(name, options ?? {}), name, procedure, args, options);
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

  /** Statistics of domains: of those given, or of all. `stats`: DomainStatsTypes; `flags`: ConnectGetAllDomainStatsFlags. */
  async getAllDomainStats(
    domains: readonly Domain[] = [],
    stats = 0,
    flags = 0,
    options?: CallOptions,
  ): Promise<DomainStats[]> {
    const args = { doms: domains.map(({ ref }) => ref), stats, flags };
    const { retStats } = await this.call('connectGetAllDomainStats', args, options);
    return retStats.map(({ dom, params }) => ({
      domain: new Domain(this, dom),
      stats: fromTypedParams(params),
    }));
  }

  /**
   * Listens to events of one kind: `connection.on('network', 'lifecycle', ({ network, event }) => …)`. Resolves once the
   * daemon has confirmed the registration; events that come before the confirmation are delivered. A subscription ends
   * with close(), its signal, or the connection (`closed`).
   */
  on<F extends EventFamily, K extends EventKind<F>>(
    family: F,
    kind: K,
    listener: (event: LibvirtEvent<F, K>) => void,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    return this.#hub.subscribe(this, family, kind, listener, options);
  }

  /**
   * Events of one kind to iterate over: `for await (const { device } of connection.events('node-device', 'lifecycle'))`.
   * They are kept from this call on, `limit` of them (1,000) while nobody takes them; see EventStream for how it ends.
   */
  events<F extends EventFamily, K extends EventKind<F>>(
    family: F,
    kind: K,
    options: EventsOptions = {},
  ): EventStream<LibvirtEvent<F, K>> {
    const { limit = DEFAULT_LIMIT, signal, ...rest } = options;
    return new EventStream({
      kind: `${family} ${kind}`,
      limit,
      signal,
      closed: this.closed,
      subscribe: (listener) => this.on(family, kind, listener, { ...rest, signal }),
    });
  }

  /** The same as `on('domain', …)`. */
  onDomainEvent<K extends DomainEventKind>(
    kind: K,
    listener: (event: LibvirtEvent<'domain', K>) => void,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    return this.on('domain', kind, listener, options);
  }
}

/** Most events that wait in a stream when nothing else is asked for. */
const DEFAULT_LIMIT = 1000;
