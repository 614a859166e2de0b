import { AffectFlags } from '../generated/constants/domain.js';
import { DomainPausedReason, DomainShutoffReason, DomainState } from '../generated/constants/domain.js';
import { DomainLifecycle, DomainStoppedDetail } from '../generated/constants/events.js';
import { ErrorCode } from '../generated/constants/error-code.js';
import type { DomainInterface } from '../protocol/types.js';
import type { DomainRef } from '../protocol/types.js';
import type { DetachScript } from './behaviour.js';
import { devicesOf } from './definition.js';
import { parseDevice, withDevice, withUpdated } from './device.js';
import type { DomainHost, DomainSetup } from './domain-setup.js';
import { Failure, From, notRunning } from './failure.js';
import { aliasOf, findAlias, findInterface, macOf } from './interfaces.js';
import { completeConfig, startedFrom } from './live-definition.js';
import { Unplug, type UnplugOutcome } from './unplug.js';
import { withoutElement } from './xml/edit.js';
import { parseXml } from './xml/tree.js';

/** One simulated domain. Tests read and change it directly; clients do so by calls. */
export class SimulatedDomain {
  readonly name: string;
  readonly uuid: string;
  /** Monitor commands are answered by this; a test may change it. Undefined: every command is unknown. */
  monitor: ((command: string, hmp: boolean) => string) | undefined;
  state: { state: number; reason: number } = {
    state: DomainState.SHUTOFF,
    reason: DomainShutoffReason.UNKNOWN,
  };
  /** The persistent definition; null for a transient domain. */
  configXml: string | null;
  /** What interfaceAddresses answers, by source (InterfaceAddressesSource). */
  readonly addresses = new Map<number, readonly DomainInterface[]>();
  /** The running definition; null while it does not run. */
  liveXml: string | null = null;
  #id = -1;
  readonly #host: DomainHost;
  readonly #unplug: Unplug;

  constructor(setup: DomainSetup, host: DomainHost) {
    const { name, uuid, xml } = completeConfig(setup.xml);
    this.name = name;
    this.uuid = uuid;
    this.monitor = setup.monitor;
    this.configXml = xml;
    this.#host = host;
    const remove = (alias: string, withEvent: boolean): void => {
      this.#remove(alias, withEvent);
    };
    const removalFailed = (alias: string): void => {
      host.events.emit('device-removal-failed', this.ref, { devAlias: alias });
    };
    const paused = (): boolean => this.state.state === DomainState.PAUSED;
    this.#unplug = new Unplug({ remove, removalFailed, paused }, host.timers, setup.detach ?? 'release');
    for (const [device, script] of Object.entries(setup.devices ?? {})) this.#unplug.script(device, script);
    if (setup.active !== false) this.#run(setup.liveXml);
    if (setup.persistent === false) this.configXml = null;
  }

  /** How the domain is named in calls and events. */
  get ref(): DomainRef {
    return { name: this.name, uuid: this.uuid, id: this.#id };
  }

  get active(): boolean {
    return this.liveXml !== null;
  }

  /** Aliases of the running domain's devices, in order. */
  get aliases(): string[] {
    return this.liveXml === null
      ? []
      : devicesOf(this.liveXml).children.flatMap((device) => aliasOf(device) ?? []);
  }

  /** Sets how a device answers, by alias or MAC; null for those without a script of their own. */
  behave(device: string | null, script: DetachScript): void {
    this.#unplug.script(device, script);
  }

  /** The guest lets go of a device by itself: it leaves the running definition, and the event goes out. */
  release(alias: string, options: { event?: boolean } = {}): void {
    this.#remove(alias, options.event !== false);
  }

  /** Starts it. Throws Failure 55 when it runs. */
  start(paused = false): void {
    if (this.active) throw new Failure(ErrorCode.OPERATION_INVALID, 'domain is already running', From.qemu);
    this.#run(undefined);
    this.#lifecycle(DomainLifecycle.STARTED, 0);
    if (paused) this.suspend();
  }

  /** Ends it; a transient domain is gone then, which the caller sees to. */
  stop(detail: number = DomainStoppedDetail.DESTROYED): void {
    this.#live();
    this.#unplug.forget();
    this.liveXml = null;
    this.state = { state: DomainState.SHUTOFF, reason: DomainShutoffReason.DESTROYED };
    this.#lifecycle(DomainLifecycle.STOPPED, detail);
    this.#id = -1;
  }

  suspend(): void {
    this.#live();
    this.state = { state: DomainState.PAUSED, reason: DomainPausedReason.USER };
    this.#lifecycle(DomainLifecycle.SUSPENDED, 0);
  }

  /** Goes on; what the guest was asked for meanwhile is carried out. */
  resume(): void {
    this.#live();
    if (this.state.state !== DomainState.PAUSED) {
      throw new Failure(ErrorCode.OPERATION_INVALID, 'domain is already running', From.qemu);
    }
    this.state = { state: DomainState.RUNNING, reason: 5 };
    this.#lifecycle(DomainLifecycle.RESUMED, 0);
    this.#unplug.resume();
  }

  /** Resets it; removals that wait on ACPI slots complete. */
  reset(): void {
    this.#live();
    this.#unplug.reset();
  }

  /** Adds a device to the halves that `flags` names. Throws Failure; nothing is changed then. */
  attach(deviceXml: string, flags: number): void {
    const { live, config } = this.#halves(flags);
    parseDevice(deviceXml);
    const newConfig = config === null ? null : withDevice(config, deviceXml, 'config', '');
    if (live !== null) {
      this.liveXml = withDevice(live, deviceXml, 'live', this.#host.nextTarget());
      const alias = aliasOf(devicesOf(this.liveXml).children.at(-1) ?? parseXml(deviceXml));
      if (alias !== undefined) this.#host.events.emit('device-added', this.ref, { devAlias: alias });
    }
    if (newConfig !== null) this.configXml = newConfig;
  }

  /**
   * Asks for a device to go, from the halves that `flags` names; null when the running guest was not asked. The caller
   * applies `config` once the live half has not failed, as libvirt does.
   */
  detach(
    wanted: { xml: string } | { alias: string },
    flags: number,
  ): { outcome: UnplugOutcome | null; config: () => void } {
    const { live, config } = this.#halves(flags);
    const find = (xml: string): ReturnType<typeof findInterface> =>
      'xml' in wanted
        ? findInterface(devicesOf(xml), parseDevice(wanted.xml))
        : findAlias(devicesOf(xml), wanted.alias);
    const newConfig = config === null ? null : withoutElement(config, find(config));
    let outcome: UnplugOutcome | null = null;
    if (live !== null) {
      const device = find(live);
      outcome = this.#unplug.request(aliasOf(device) ?? '', macOf(device));
    }
    return {
      outcome,
      config: () => {
        if (newConfig !== null) this.configXml = newConfig;
      },
    };
  }

  /** Puts a changed interface in the place of the one with its MAC, which keeps alias and address. */
  update(deviceXml: string, flags: number): void {
    const { live, config } = this.#halves(flags);
    const newConfig = config === null ? null : withUpdated(config, deviceXml);
    const newLive = live === null ? null : withUpdated(live, deviceXml);
    if (newConfig !== null) this.configXml = newConfig;
    if (newLive !== null) this.liveXml = newLive;
  }

  /** Changes the halves that `flags` names. */
  edit(flags: number, change: (domainXml: string) => string): void {
    const { live, config } = this.#halves(flags);
    const newConfig = config === null ? null : change(config);
    if (live !== null) this.liveXml = change(live);
    if (newConfig !== null) this.configXml = newConfig;
  }

  /** The definition that a reader with these AffectFlags means. */
  read(flags: number): string {
    const { live, config } = this.#halves(flags);
    return live ?? config ?? '';
  }

  #run(liveXml: string | undefined): void {
    this.#id = this.#host.nextId();
    const config = this.configXml ?? '';
    this.liveXml = startedFrom(liveXml ?? config, this.#id, () => this.#host.nextTarget());
    this.state = { state: DomainState.RUNNING, reason: 1 };
  }

  #remove(alias: string, withEvent: boolean): void {
    const device =
      this.liveXml === null
        ? undefined
        : devicesOf(this.liveXml).children.find((one) => aliasOf(one) === alias);
    if (this.liveXml === null || device === undefined) return;
    this.liveXml = withoutElement(this.liveXml, device);
    if (withEvent) this.#host.events.emit('device-removed', this.ref, { devAlias: alias });
  }

  #lifecycle(event: number, detail: number): void {
    this.#host.events.emit('lifecycle', this.ref, { event, detail });
  }

  #live(): string {
    if (this.liveXml === null) throw notRunning();
    return this.liveXml;
  }

  /** The definitions that flags mean. Throws Failure 55 where one of them does not exist. */
  #halves(flags: number): { live: string | null; config: string | null } {
    const named = flags & (AffectFlags.LIVE | AffectFlags.CONFIG);
    const wanted =
      named === AffectFlags.CURRENT ? (this.active ? AffectFlags.LIVE : AffectFlags.CONFIG) : named;
    const live = (wanted & AffectFlags.LIVE) === 0 ? null : this.#live();
    const needsConfig = (wanted & AffectFlags.CONFIG) !== 0;
    if (needsConfig && this.configXml === null) {
      throw new Failure(ErrorCode.OPERATION_INVALID, 'transient domains do not have any persistent config');
    }
    return { live, config: needsConfig ? this.configXml : null };
  }
}
