/** What is wrong between this side and an SSH server. */
export type SshErrorReason =
  | 'missing-package'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'known-hosts'
  | 'authentication'
  | 'socket-missing'
  | 'lost';

/** The SSH way to a daemon could not be opened; the message says what to do. `cause` is what SSH said, where it did. */
export class SshError extends Error {
  override readonly name = 'SshError';
  readonly reason: SshErrorReason;
  /** "host" or "[host]:port", as known_hosts writes it. */
  readonly host: string;

  constructor(reason: SshErrorReason, host: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.host = host;
  }
}
