/** A libvirt client that speaks the daemon's own RPC protocol; see README.md. */
export { connect, type ConnectOptions } from './connect.js';
export { Connection, type DomainCapabilitiesQuery } from './connection.js';
export {
  Domain,
  type DomainInfo,
  type DomainStateInfo,
  type GuestInterface,
  type MonitorCommandOptions,
} from './domain.js';
export { Network, type DhcpLease } from './network.js';
export { NetworkPort } from './network-port.js';
export { FilterBinding } from './filter-binding.js';
export { NodeDevice } from './node-device.js';

export type { DomainEvent, DomainEventListener, DomainEventMap } from './events/domain-event.js';
export { Subscription } from './events/subscription.js';
export type { SubscribeOptions } from './events/subscribe.js';
export type { DomainEventKind } from './protocol/domain-events.js';

export type { CallOptions } from './rpc/call-options.js';
export type { KeepAliveOptions } from './rpc/keepalive.js';
export type { Args, ProcedureName, Result } from './protocol/procedures.js';
export type { DomainRef, FilterBindingRef, NetworkPortRef, NetworkRef } from './protocol/types.js';
export { MAX_CLIENT_REQUESTS } from './protocol/program.js';

export { parseUri, TRANSPORTS, type LibvirtUri, type Transport } from './transport/uri.js';
export { socketPaths, type Environment } from './transport/socket-path.js';

export { AuthenticationError } from './errors/authentication-error.js';
export { CallTimeoutError } from './errors/call-timeout-error.js';
export { ConnectionLostError } from './errors/connection-lost-error.js';
export { InvalidUriError, type InvalidUriReason } from './errors/invalid-uri-error.js';
export { LibvirtError, type ErrorFields } from './errors/libvirt-error.js';
export { ProtocolError } from './errors/protocol-error.js';
export { SocketError, type SocketErrorReason } from './errors/socket-error.js';
export * from './errors/predicates.js';

export { ErrorCode } from './constants/error-code.js';
export * from './constants/domain-flags.js';
export * from './constants/domain-state.js';
export * from './constants/event-id.js';
export * from './constants/list-flags.js';
export * from './constants/network-port-flags.js';
