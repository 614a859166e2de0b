/** What is wrong with a connection URI. */
export type InvalidUriReason = 'malformed' | 'unknown-transport' | 'unsupported-transport' | 'unknown-alias';

/** A connection URI that cannot be used; the message says what to write instead. */
export class InvalidUriError extends Error {
  override readonly name = 'InvalidUriError';
  readonly reason: InvalidUriReason;
  /** The URI as it was given, a password taken out. */
  readonly uri: string;

  constructor(reason: InvalidUriReason, uri: string, problem: string) {
    const shown = withoutPassword(uri);
    super(`${JSON.stringify(shown)} is not a libvirt URI that can be used: ${problem}`);
    this.reason = reason;
    this.uri = shown;
  }
}

function withoutPassword(uri: string): string {
  return uri.slice(0, 500).replace(/(\/\/[^/@:?#]*):[^/@?#]*@/, '$1:***@');
}
