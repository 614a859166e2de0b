/** Why the daemon did not let this client in. */
export type AuthenticationReason =
  'refused' | 'wrong-password' | 'no-credentials' | 'unsupported' | 'server-unproved';

/** The daemon did not let this client in. `cause` is its own error, where it gave one. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  /** "polkit", "SCRAM-SHA-256", "GSSAPI", or "mechanism 7" for one this client has no name for. */
  readonly mechanism: string;
  readonly reason: AuthenticationReason;

  constructor(mechanism: string, message: string, cause?: unknown, reason: AuthenticationReason = 'refused') {
    super(message, cause === undefined ? undefined : { cause });
    this.mechanism = mechanism;
    this.reason = reason;
  }
}
