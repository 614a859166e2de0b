/** What a login needs to know. */
export interface CredentialRequest {
  /** Who asks: the libvirt daemon (SASL), or the SSH server on the way to it. */
  readonly service: 'libvirt' | 'ssh';
  /** "SCRAM-SHA-256", "PLAIN"; with SSH "password", "keyboard-interactive" or "passphrase". */
  readonly mechanism: string;
  /** The host in the URI; "localhost" without one. */
  readonly host: string;
  /** The user's name where it is known already: the one in an SSH URI. */
  readonly username: string | null;
  /** The private key whose passphrase is wanted. */
  readonly keyFile?: string;
}

/** An answer to a CredentialRequest. `username` may be left out where the request has it. */
export interface Credentials {
  readonly username?: string | undefined;
  readonly password: string;
}

/** Asked when credentials are needed and auth.conf has none; null when there are none. */
export type CredentialsCallback = (
  request: CredentialRequest,
  signal: AbortSignal,
) => Credentials | null | Promise<Credentials | null>;

/** Gives credentials from wherever they are; null when nobody knows any. */
export type CredentialsSource = (
  request: CredentialRequest,
  signal: AbortSignal,
) => Promise<Credentials | null>;
