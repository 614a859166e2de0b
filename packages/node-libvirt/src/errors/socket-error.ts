/** Why a daemon's socket could not be opened. */
export type SocketErrorReason = 'missing' | 'not-a-socket' | 'permission' | 'refused' | 'path-too-long';

const TEXT: Readonly<Record<SocketErrorReason, string>> = {
  missing: 'does not exist; is the libvirt daemon installed and running?',
  'not-a-socket': 'is not a socket; the socket parameter must name the socket of a libvirt daemon',
  permission: 'may not be opened by this user; run as root or as a member of the group libvirt',
  refused: 'refuses connections; no daemon listens on it any more',
  'path-too-long': 'has a longer path than the 107 bytes a unix socket can have',
};

/** The daemon's unix socket could not be opened. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly reason: SocketErrorReason;
  readonly path: string;

  constructor(
    reason: SocketErrorReason,
    path: string,
    options: { tried?: readonly string[]; cause?: unknown } = {},
  ) {
    const others = (options.tried ?? []).filter((other) => other !== path);
    const also = others.length === 0 ? '' : ` (nor does ${others.join(', ')})`;
    super(
      `the socket ${path} ${TEXT[reason]}${also}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.reason = reason;
    this.path = path;
  }
}
