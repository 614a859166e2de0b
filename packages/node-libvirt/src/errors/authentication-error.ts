/** The daemon did not let this client in. `cause` is its own error, where it gave one. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  /** "polkit", "sasl", or "mechanism 7" for one this client has no name for. */
  readonly mechanism: string;

  constructor(mechanism: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.mechanism = mechanism;
  }
}
