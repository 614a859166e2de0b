import type { Connection } from '../connection.js';
import { LibvirtError } from '../errors/libvirt-error.js';
import { ConnectDomainQemuMonitorEventRegisterFlags as MonitorFlags } from '../generated/constants/events.js';
import type { Handle } from '../handle.js';
import { eventKinds, registering, type EventFamily, type EventKind } from '../protocol/event-kinds.js';
import { procedures } from '../protocol/procedures.js';
import type { CallOptions } from '../rpc/call-options.js';
import type { RpcClient } from '../rpc/client.js';
import { toEvent, type LibvirtEvent } from './event.js';
import { EventRegistry, type Message } from './registry.js';
import { Subscription } from './subscription.js';

/** Which of QEMU's monitor events are meant. */
export interface MonitorEventFilter {
  /** QEMU's name of the event: "NIC_RX_FILTER_CHANGED". Without it, all of them. */
  readonly event?: string | undefined;
  /** `event` is a regular expression of glib's kind. */
  readonly regex?: boolean | undefined;
  /** `event` matches in upper and lower case. */
  readonly ignoreCase?: boolean | undefined;
}

/** Options of listening to events. */
export interface SubscribeOptions extends CallOptions, MonitorEventFilter {
  /** Only events of this object; without it, of all. */
  readonly of?: Handle | undefined;
  /** Gives the registration up, or ends the subscription once it stands. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the connection was lost and made again: events of the time between may have been missed. */
  readonly onMissed?: (() => void) | undefined;
}

interface Registration {
  readonly family: EventFamily;
  readonly kind: string;
  readonly options: SubscribeOptions;
  readonly listener: (message: Message) => void;
  callbackId: number;
}

/** The registrations of a connection: makes them, ends them, and makes them again on another client. */
export class EventHub {
  readonly #registry = new EventRegistry();
  readonly #live = new Set<Registration>();
  #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
    this.#listen(client);
  }

  /** Registers for one kind of event. Resolves once the daemon has confirmed; earlier events are delivered too. */
  async subscribe<F extends EventFamily, K extends EventKind<F>>(
    connection: Connection,
    family: F,
    kind: K,
    listener: (event: LibvirtEvent<F, K>) => void,
    options: SubscribeOptions,
  ): Promise<Subscription> {
    const deliver = (message: Message): void => {
      listener(toEvent(connection, message.kind, message.body) as unknown as LibvirtEvent<F, K>);
    };
    const registration: Registration = { family, kind, options, listener: deliver, callbackId: -1 };
    await this.#register(registration, options);
    this.#live.add(registration);
    return this.#subscription(registration);
  }

  /** Goes on with another client: everything that is registered is registered there, and the listeners are told. */
  async moveTo(client: RpcClient): Promise<void> {
    for (const { family, callbackId } of this.#live) this.#registry.remove(family, callbackId);
    this.#client = client;
    this.#listen(client);
    for (const registration of this.#live) {
      try {
        await this.#register(registration, {});
      } catch (error) {
        // The object it is about is gone; nothing more will be said of it.
        if (!(error instanceof LibvirtError)) throw error;
        this.#live.delete(registration);
      }
      registration.options.onMissed?.();
    }
  }

  #listen(client: RpcClient): void {
    client.handleEvents((program, procedure, payload) => {
      this.#registry.receive(program, procedure, payload);
    });
  }

  #subscription(registration: Registration): Subscription {
    const { signal } = registration.options;
    const onAbort = (): void => void subscription.close();
    const subscription = new Subscription(async () => {
      signal?.removeEventListener('abort', onAbort);
      this.#live.delete(registration);
      this.#registry.remove(registration.family, registration.callbackId);
      await deregister(this.#client, registration.family, registration.callbackId);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    return subscription;
  }

  async #register(registration: Registration, options: CallOptions): Promise<void> {
    const { family, listener } = registration;
    const client = this.#client;
    const name = registering[family].register;
    this.#registry.expect();
    try {
      const { callbackId } = await client.call(
        name,
        procedures[name],
        argumentsOf(registration),
        { timeoutMs: options.timeoutMs, signal: options.signal },
        // Given up before the reply came: the daemon holds a registration that nobody listens to.
        (late) => void deregister(client, family, late.callbackId),
      );
      registration.callbackId = callbackId;
      this.#registry.add(family, callbackId, listener);
    } catch (error) {
      this.#registry.giveUp();
      throw error;
    }
  }
}

function argumentsOf({ family, kind, options }: Registration): object {
  const object = { [registering[family].object]: options.of?.ref ?? null };
  if (family === 'monitor') {
    const { event = null, regex = false, ignoreCase = false } = options;
    const flags = (regex ? MonitorFlags.REGEX : 0) | (ignoreCase ? MonitorFlags.NOCASE : 0);
    return { ...object, event, flags };
  }
  const kinds: Readonly<Record<string, { readonly id: number }>> = eventKinds[family];
  return { ...object, eventId: kinds[kind]?.id };
}

async function deregister(client: RpcClient, family: EventFamily, callbackId: number): Promise<void> {
  if (client.isClosed) return;
  const name = registering[family].deregister;
  // The events are not delivered any more either way; a daemon that does not answer changes nothing about that.
  await client.call(name, procedures[name], { callbackId }).catch(() => undefined);
}
