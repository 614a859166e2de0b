/** A libvirt client that speaks the daemon's own RPC protocol; see README.md. */
export { connect, type ConnectOptions } from './connect.js';
export {
  Connection,
  type DomainCapabilitiesQuery,
  type DomainStats,
  type EventsOptions,
} from './connection.js';
export {
  Domain,
  type DomainInfo,
  type DomainStateInfo,
  type GuestInterface,
  type MonitorCommandOptions,
} from './domain.js';
export { Network, type DhcpLease } from './network.js';
export { NetworkPort } from './network-port.js';
export { DomainCheckpoint } from './domain-checkpoint.js';
export { DomainSnapshot } from './domain-snapshot.js';
export { Interface } from './interface.js';
export { NWFilter } from './nwfilter.js';
export { NWFilterBinding } from './nwfilter-binding.js';
export { Secret } from './secret.js';
export { StoragePool } from './storage-pool.js';
export { StorageVolume } from './storage-volume.js';
export type { Handle } from './handle.js';
export { fromTypedParams, toTypedParams, type Params, type ParamsInput } from './params.js';
export { NodeDevice } from './node-device.js';

export type { DomainEvent, DomainEventListener, DomainEventMap } from './events/domain-event.js';
export { Subscription } from './events/subscription.js';
export type { LibvirtEvent } from './events/event.js';
export { EventStream } from './events/event-stream.js';
export type { MonitorEventFilter, SubscribeOptions } from './events/hub.js';
export type { EventFamily, EventKind } from './protocol/event-kinds.js';
export type { DomainEventKind } from './protocol/domain-events.js';

export type { CallOptions } from './rpc/call-options.js';
export { LibvirtStream } from './streams/libvirt-stream.js';
export type { OpenedStream } from './streams/open-stream.js';
export type { ReconnectOptions } from './rpc/link.js';
export type { Dialer } from './transport/dialer.js';
export type { KeepAliveOptions } from './rpc/keepalive.js';
export type { Args, ProcedureName, Result } from './protocol/procedures.js';
export type * from './generated/structs.js';
export { entryNamed, type TableEntry } from './protocol/table.js';
export type { Events, Procedures } from './generated/procedures.js';
export { MAX_CLIENT_REQUESTS } from './protocol/program.js';

export type { CredentialRequest, Credentials, CredentialsCallback } from './auth/credentials.js';
export { parseUri, TRANSPORTS, type LibvirtUri, type Transport } from './transport/uri.js';
export { socketPaths, type Environment } from './transport/socket-path.js';

export { AuthenticationError, type AuthenticationReason } from './errors/authentication-error.js';
export { CallTimeoutError } from './errors/call-timeout-error.js';
export { ConnectionLostError } from './errors/connection-lost-error.js';
export { EventOverflowError } from './errors/event-overflow-error.js';
export { InvalidUriError, type InvalidUriReason } from './errors/invalid-uri-error.js';
export { LibvirtError, type ErrorFields } from './errors/libvirt-error.js';
export { ProtocolError } from './errors/protocol-error.js';
export { SshError, type SshErrorReason } from './errors/ssh-error.js';
export { TlsError, type TlsErrorReason } from './errors/tls-error.js';
export { UnreachableError, type UnreachableReason } from './errors/unreachable-error.js';
export { UnsupportedProcedureError } from './errors/unsupported-procedure-error.js';
export { SocketError, type SocketErrorReason } from './errors/socket-error.js';
export * from './errors/predicates.js';

export * from './generated/constants/domain.js';
export * from './generated/constants/error-code.js';
export * from './generated/constants/error-domain.js';
export * from './generated/constants/events.js';
export * from './generated/constants/host.js';
export * from './generated/constants/keycode.js';
export * from './generated/constants/network.js';
export * from './generated/constants/parameter-name.js';
export * from './generated/constants/storage.js';
