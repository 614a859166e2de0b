/** Programs of libvirt's protocol and their one version (virnetprotocol.x, remote_protocol.x, qemu_protocol.x). */
export const Program = {
  remote: 0x2000_8086,
  qemu: 0x2000_8087,
  keepalive: 0x6b65_6570,
} as const;

/** The version of every program above. */
export const PROGRAM_VERSION = 1;

/** Keepalive's two procedures (virkeepaliveprotocol.x); messages without payload and with serial 0. */
export const Keepalive = { ping: 1, pong: 2 } as const;

/** What CONNECT_SUPPORTS_FEATURE is asked about (virDrvFeature). */
export const Feature = {
  /** Asking also tells the daemon that it may ping this client. */
  programKeepalive: 10,
  remoteEventCallback: 14,
  remoteCloseCallback: 15,
} as const;

/** Ways to authenticate (remote_auth_type). */
export const AuthType = { none: 0, sasl: 1, polkit: 2 } as const;

/** Flags of CONNECT_OPEN. */
export const ConnectFlags = { readOnly: 1 } as const;

/**
 * Calls of one client that libvirtd works on at a time (`max_client_requests`, default 5). It does not read the sixth
 * from the socket, pings included, until one of the five has been answered.
 */
export const MAX_CLIENT_REQUESTS = 5;
