import type { Connection } from '../connection.js';
import { Domain } from '../domain.js';
import type { TypedParam } from '../generated/structs.js';
import { Network } from '../network.js';
import { NodeDevice } from '../node-device.js';
import { fromTypedParams, type Params } from '../params.js';
import type { EventFamily, EventKind, EventMessage } from '../protocol/event-kinds.js';
import { Secret } from '../secret.js';
import { StoragePool } from '../storage-pool.js';

/** The handles in events: the field of the message, the field here and what stands in it. */
interface Handles {
  readonly dom: { readonly domain: Domain };
  readonly net: { readonly network: Network };
  readonly pool: { readonly pool: StoragePool };
  readonly dev: { readonly device: NodeDevice };
  readonly secret: { readonly secret: Secret };
}

type Renamed<K> = K extends 'devAlias' ? 'alias' : K extends 'nsuri' ? 'uri' : K;

type Said<M> = {
  readonly [
    K in keyof M as K extends 'callbackId' | HandleField<M> ? never : Renamed<K>
  ]: M[K] extends readonly TypedParam[] ? Params : M[K];
};

// "dev" is a disk's name in one event and a node device in others; only a struct is a handle.
type HandleField<M> = {
  [K in keyof M]: K extends keyof Handles ? (M[K] extends string ? never : K) : never;
}[keyof M];

type HandlesOf<M> = HandleField<M> extends infer K extends keyof Handles ? Handles[K] : unknown;

/**
 * What a listener is given: the event's name, the object it is about as a handle (as it was when the event was sent), and
 * what the message says beside.
 */
export type LibvirtEvent<F extends EventFamily, K extends EventKind<F>> = {
  readonly kind: K;
} & HandlesOf<EventMessage<F, K>> &
  Said<EventMessage<F, K>>;

/** Makes an event of a message. */
export function toEvent(
  connection: Connection,
  kind: string,
  body: object,
): Readonly<Record<string, unknown>> {
  const event: Record<string, unknown> = { kind };
  for (const [name, value] of Object.entries(body)) {
    if (name === 'callbackId') continue;
    const handle = typeof value === 'object' && value !== null ? HANDLES[name] : undefined;
    if (handle !== undefined) event[handle.name] = handle.make(connection, value as never);
    else event[NAMES[name] ?? name] = name === 'params' ? fromTypedParams(value as TypedParam[]) : value;
  }
  return event;
}

const NAMES: Readonly<Record<string, string>> = { devAlias: 'alias', nsuri: 'uri' };

interface HandleMaker {
  readonly name: string;
  make(connection: Connection, ref: never): object;
}

const HANDLES: Readonly<Record<string, HandleMaker>> = {
  dom: { name: 'domain', make: (connection, ref) => new Domain(connection, ref) },
  net: { name: 'network', make: (connection, ref) => new Network(connection, ref) },
  pool: { name: 'pool', make: (connection, ref) => new StoragePool(connection, ref) },
  dev: { name: 'device', make: (connection, ref) => new NodeDevice(connection, ref) },
  secret: { name: 'secret', make: (connection, ref) => new Secret(connection, ref) },
};
