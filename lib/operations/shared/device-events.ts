import type { Connection, Domain } from 'node-libvirt';
import type { RemovalSign } from '../detach/removal-wait.js';

/** libvirt's word on one device, from before the request was sent. */
export interface DeviceSigns extends AsyncDisposable {
  /** Calls `listener` for every sign from now on, and for those that have come already. */
  on(listener: (sign: RemovalSign) => void): () => void;
  /** When DEVICE_REMOVED arrived, ms since the epoch; null until then. */
  readonly removedAt: number | null;
}

// virDomainEventType: VIR_DOMAIN_EVENT_STOPPED.
const STOPPED = 5;

/**
 * Registers for what libvirt says of the device `alias`. Resolves when the daemon has confirmed the registrations:
 * the event of a detach may come before the reply to it.
 */
export async function listenToDevice(
  connection: Connection,
  domain: Domain,
  alias: string,
): Promise<DeviceSigns> {
  const listeners = new Set<(sign: RemovalSign) => void>();
  const seen: RemovalSign[] = [];
  let removedAt: number | null = null;
  const tell = (sign: RemovalSign) => {
    if (sign === 'removed') removedAt ??= Date.now();
    seen.push(sign);
    for (const listener of listeners) listener(sign);
  };
  const mine = (sign: RemovalSign) => (event: { readonly alias: string }) => {
    if (event.alias === alias) tell(sign);
  };
  const subscriptions = await Promise.all([
    connection.onDomainEvent('device-removed', mine('removed'), { of: domain }),
    connection.onDomainEvent('device-removal-failed', mine('refused'), { of: domain }),
    connection.onDomainEvent(
      'lifecycle',
      (event) => {
        if (event.event === STOPPED) tell('domain-stopped');
      },
      { of: domain },
    ),
  ]);
  void connection.closed.then((error) => {
    if (error) tell('lost');
  });
  return {
    on(listener) {
      for (const sign of seen) listener(sign);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get removedAt() {
      return removedAt;
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      await Promise.all(subscriptions.map((subscription) => subscription.close().catch(() => undefined)));
    },
  };
}
