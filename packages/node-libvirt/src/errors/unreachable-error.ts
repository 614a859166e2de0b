/** Why no connection to a host could be opened. */
export type UnreachableReason = 'unknown-host' | 'refused' | 'unreachable';

const TEXT: Readonly<Record<UnreachableReason, string>> = {
  'unknown-host': 'this name is not known to the resolver; is it spelt rightly?',
  refused: 'nothing listens on this port; is the daemon running there, and does it listen on the network?',
  unreachable: 'there is no way to it; is the machine up, and does a firewall let this port pass?',
};

/** The host that a URI names could not be reached over TCP. `cause` is the system's own error. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly reason: UnreachableReason;
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, cause: unknown) {
    const reason = reasonOf(cause);
    super(`${host.includes(':') ? `[${host}]` : host}:${port} cannot be reached: ${TEXT[reason]}`, { cause });
    this.reason = reason;
    this.host = host;
    this.port = port;
  }
}

function reasonOf(cause: unknown): UnreachableReason {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
  return code === 'ECONNREFUSED' ? 'refused' : 'unreachable';
}
