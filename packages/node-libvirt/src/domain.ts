import type { Connection, EventsOptions } from './connection.js';
import type { LibvirtEvent } from './events/event.js';
import type { EventStream } from './events/event-stream.js';
import { DomainMethods } from './generated/handles/domain-methods.js';
import type { DomainRef } from './generated/structs.js';
import type { Args, ProcedureName, Result } from './protocol/procedures.js';
import type { CallOptions } from './rpc/call-options.js';
import type { SubscribeOptions } from './events/hub.js';
import type { Subscription } from './events/subscription.js';
import type { DomainEventKind } from './protocol/domain-events.js';

/** What a domain is doing, and why. */
export interface DomainStateInfo {
  /** One of DomainState. */
  readonly state: number;
  /** Its meaning depends on the state: DomainPausedReason, DomainShutoffReason, … */
  readonly reason: number;
}

/** Size and use of a domain. Memory is in KiB, CPU time in nanoseconds. */
export interface DomainInfo {
  readonly state: number;
  readonly maxMemory: bigint;
  readonly memory: bigint;
  readonly vcpus: number;
  readonly cpuTime: bigint;
}

/** A guest's interface with the addresses that the asked source knows. */
export interface GuestInterface {
  readonly name: string;
  readonly hwaddr: string | null;
  /** `type` is one of IPAddrType. */
  readonly addrs: readonly { readonly type: number; readonly addr: string; readonly prefix: number }[];
}

/** How a monitor command is meant. */
export interface MonitorCommandOptions extends CallOptions {
  /** The command is a line of the human monitor ("info network"), and so is the answer. Default false: QMP. */
  readonly hmp?: boolean;
}

// VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP, libvirt-qemu.h.
const QEMU_MONITOR_COMMAND_HMP = 1;

/** A domain: a guest, running or not. A handle holds no state in the daemon; it stays valid until the domain is gone. */
export class Domain extends DomainMethods {
  readonly connection: Connection;
  #ref: DomainRef;

  /** Handles come from a Connection's methods and from events. */
  constructor(connection: Connection, ref: DomainRef) {
    super();
    this.connection = connection;
    this.#ref = ref;
  }

  get name(): string {
    return this.#ref.name;
  }

  /** 36 characters, lower case. */
  get uuid(): string {
    return this.#ref.uuid;
  }

  /** The number of the running domain as it was when the handle was made or started; -1 when it did not run. */
  get id(): number {
    return this.#ref.id;
  }

  /** How the domain is named in calls, for `connection.call`. */
  get ref(): DomainRef {
    return this.#ref;
  }

  /** The definition: of the running guest if it runs, the persistent one with DomainXMLFlags.INACTIVE. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#call('domainGetXmlDesc', { flags }, options)).xml;
  }

  async getState(options?: CallOptions): Promise<DomainStateInfo> {
    return this.#call('domainGetState', { flags: 0 }, options);
  }

  async getInfo(options?: CallOptions): Promise<DomainInfo> {
    const info = await this.#call('domainGetInfo', {}, options);
    const { state, maxMem, memory, nrVirtCpu, cpuTime } = info;
    return { state, maxMemory: maxMem, memory, vcpus: nrVirtCpu, cpuTime };
  }

  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#call('domainIsActive', {}, options)).active === 1;
  }

  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.#call('domainIsPersistent', {}, options)).persistent === 1;
  }

  /** Adds a device. `flags`: DomainDeviceModifyFlags. */
  async attachDeviceFlags(xml: string, flags: number, options?: CallOptions): Promise<void> {
    await this.#call('domainAttachDeviceFlags', { xml, flags }, options);
  }

  /**
   * Asks for a device to go. Live, libvirt waits 5 s (10 s on pseries) for the guest and then answers success **with the
   * device still there**: only the device-removed event and a fresh definition say that it has gone.
   */
  async detachDeviceFlags(xml: string, flags: number, options?: CallOptions): Promise<void> {
    await this.#call('domainDetachDeviceFlags', { xml, flags }, options);
  }

  /** Asks for a device to go and returns at once; the device-removed event says that it has gone. */
  async detachDeviceAlias(alias: string, flags: number, options?: CallOptions): Promise<void> {
    await this.#call('domainDetachDeviceAlias', { alias, flags }, options);
  }

  /** Changes what can be changed of a device in place: link state, source, bandwidth. */
  async updateDeviceFlags(xml: string, flags: number, options?: CallOptions): Promise<void> {
    await this.#call('domainUpdateDeviceFlags', { xml, flags }, options);
  }

  /** Starts it. `flags`: DomainCreateFlags. The handle's `id` is the new one afterwards. */
  async create(flags = 0, options?: CallOptions): Promise<void> {
    this.#ref = (await this.#call('domainCreateWithFlags', { flags }, options)).dom;
  }

  /** Ends it at once, without asking the guest. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.#call('domainDestroy', {}, options);
    this.#ref = { ...this.#ref, id: -1 };
  }

  /** Asks the guest to shut down. `flags`: DomainShutdownFlags. */
  async shutdown(flags = 0, options?: CallOptions): Promise<void> {
    await this.#call('domainShutdownFlags', { flags }, options);
  }

  /** Asks the guest to reboot. `flags`: DomainShutdownFlags. */
  async reboot(flags = 0, options?: CallOptions): Promise<void> {
    await this.#call('domainReboot', { flags }, options);
  }

  /** Presses the reset button: no asking. Completes removals that wait on ACPI slots. */
  async reset(options?: CallOptions): Promise<void> {
    await this.#call('domainReset', { flags: 0 }, options);
  }

  /** Pauses the CPUs. */
  async suspend(options?: CallOptions): Promise<void> {
    await this.#call('domainSuspend', {}, options);
  }

  async resume(options?: CallOptions): Promise<void> {
    await this.#call('domainResume', {}, options);
  }

  /** Forgets the persistent definition. `flags`: DomainUndefineFlags. */
  async undefineFlags(flags = 0, options?: CallOptions): Promise<void> {
    await this.#call('domainUndefineFlags', { flags }, options);
  }

  async injectNMI(options?: CallOptions): Promise<void> {
    await this.#call('domainInjectNmi', { flags: 0 }, options);
  }

  /** Presses keys of a code set (virKeycodeSet) for `holdtimeMs`. */
  async sendKey(
    codeset: number,
    keycodes: readonly number[],
    holdtimeMs = 50,
    options?: CallOptions,
  ): Promise<void> {
    await this.#call('domainSendKey', { codeset, holdtime: holdtimeMs, keycodes, flags: 0 }, options);
  }

  /** Reads metadata. `type`: DomainMetadataType; `uri`: the namespace of an ELEMENT, else null. */
  async getMetadata(type: number, uri: string | null, flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#call('domainGetMetadata', { type, uri, flags }, options)).metadata;
  }

  /** Writes metadata; null takes it away. `key` is the namespace prefix of an ELEMENT. `flags`: AffectFlags. */
  async setMetadata(
    type: number,
    metadata: string | null,
    key: string | null,
    uri: string | null,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    await this.#call('domainSetMetadata', { type, metadata, key, uri, flags }, options);
  }

  /** The guest's addresses. `source`: InterfaceAddressesSource. */
  async interfaceAddresses(
    source: number,
    flags = 0,
    options?: CallOptions,
  ): Promise<readonly GuestInterface[]> {
    return (await this.#call('domainInterfaceAddresses', { source, flags }, options)).ifaces;
  }

  /**
   * Sends a command to QEMU's monitor and gives its answer: QMP as JSON (an answer may be an `error` object), or with
   * `hmp` a line of the human monitor as text. Taints the domain, and waits for the job that the domain is in.
   */
  async qemuMonitorCommand(command: string, options: MonitorCommandOptions = {}): Promise<string> {
    const { hmp = false, ...callOptions } = options;
    const flags = hmp ? QEMU_MONITOR_COMMAND_HMP : 0;
    return (await this.#call('qemuDomainMonitorCommand', { cmd: command, flags }, callOptions)).result;
  }

  /** Listens to this domain's events; see Connection.onDomainEvent. */
  onEvent<K extends DomainEventKind>(
    kind: K,
    listener: (event: LibvirtEvent<'domain', K>) => void,
    options?: SubscribeOptions,
  ): Promise<Subscription> {
    return this.connection.onDomainEvent(kind, listener, { ...options, of: this });
  }

  /** This domain's events to iterate over; see Connection.events. */
  events<K extends DomainEventKind>(
    kind: K,
    options: EventsOptions = {},
  ): EventStream<LibvirtEvent<'domain', K>> {
    return this.connection.events('domain', kind, { ...options, of: this });
  }

  /** Events of this domain's QEMU to iterate over; `event` of the options names one. Taints nothing. */
  monitorEvents(options: EventsOptions = {}): EventStream<LibvirtEvent<'monitor', 'event'>> {
    return this.connection.events('monitor', 'event', { ...options, of: this });
  }

  #call<N extends ProcedureName>(
    name: N,
    args: Omit<Args<N>, 'dom'>,
    options: CallOptions | undefined,
  ): Promise<Result<N>> {
    return this.connection.call(name, { dom: this.#ref, ...args }, options);
  }
}
