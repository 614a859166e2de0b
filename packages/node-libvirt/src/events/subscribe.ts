import { Domain } from '../domain.js';
import type { Connection } from '../connection.js';
import { domainEvents, type DomainEventKind } from '../protocol/domain-events.js';
import { procedures } from '../protocol/procedures.js';
import type { RpcClient } from '../rpc/client.js';
import type { CallOptions } from '../rpc/call-options.js';
import type { DomainEventListener, DomainEventMap } from './domain-event.js';
import type { EventRegistry, Message } from './registry.js';
import { Subscription } from './subscription.js';

/** Options of onDomainEvent. */
export interface SubscribeOptions extends CallOptions {
  /** Only events of this domain; without it, of all. */
  readonly domain?: Domain | undefined;
  /** Gives the registration up, or ends the subscription once it stands. */
  readonly signal?: AbortSignal | undefined;
}

/** What a subscription works with. */
export interface Subscribing {
  readonly connection: Connection;
  readonly client: RpcClient;
  readonly registry: EventRegistry;
}

/** Registers for one kind of event. Resolves once the daemon has confirmed; earlier events are delivered too. */
export async function subscribe<K extends DomainEventKind>(
  { connection, client, registry }: Subscribing,
  kind: K,
  listener: DomainEventListener<K>,
  options: SubscribeOptions,
): Promise<Subscription> {
  const callbackId = await register({ client, registry }, kind, options, (message) => {
    if (message.kind === kind) listener(toEvent(connection, message) as DomainEventMap[K]);
  });
  const { signal } = options;
  const onAbort = (): void => void subscription.close();
  const subscription = new Subscription(async () => {
    signal?.removeEventListener('abort', onAbort);
    registry.remove(callbackId);
    await deregister(client, callbackId);
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  return subscription;
}

async function register(
  { client, registry }: Pick<Subscribing, 'client' | 'registry'>,
  kind: DomainEventKind,
  options: SubscribeOptions,
  listener: (message: Message) => void,
): Promise<number> {
  registry.expect();
  try {
    const { callbackId } = await client.call(
      'connectDomainEventCallbackRegisterAny',
      procedures.connectDomainEventCallbackRegisterAny,
      { eventId: domainEvents[kind].id, dom: options.domain?.ref ?? null },
      options,
      // Given up before the reply came: the daemon holds a registration that nobody listens to.
      (late) => void deregister(client, late.callbackId),
    );
    registry.add(callbackId, listener);
    return callbackId;
  } catch (error) {
    registry.giveUp();
    throw error;
  }
}

async function deregister(client: RpcClient, callbackId: number): Promise<void> {
  if (client.isClosed) return;
  const procedure = procedures.connectDomainEventCallbackDeregisterAny;
  // The events are not delivered any more either way; a daemon that does not answer changes nothing about that.
  await client
    .call('connectDomainEventCallbackDeregisterAny', procedure, { callbackId })
    .catch(() => undefined);
}

function toEvent(connection: Connection, { kind, body }: Message): DomainEventMap[DomainEventKind] {
  const domain = new Domain(connection, body.dom);
  switch (kind) {
    case 'lifecycle':
      return { kind, domain, event: body.event, detail: body.detail };
    case 'reboot':
      return { kind, domain };
    case 'device-removed':
      return { kind, domain, alias: body.alias };
    case 'device-added':
      return { kind, domain, alias: body.alias };
    case 'device-removal-failed':
      return { kind, domain, alias: body.alias };
    case 'agent-lifecycle':
      return { kind, domain, state: body.state, reason: body.reason };
    case 'metadata-change':
      return { kind, domain, type: body.type, uri: body.nsuri };
  }
}
