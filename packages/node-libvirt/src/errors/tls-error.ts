/** What is wrong between this side and a TLS server. */
export type TlsErrorReason =
  | 'files'
  | 'own-certificate'
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'revoked'
  | 'host-mismatch'
  | 'client-refused'
  | 'handshake';

const TEXT: Readonly<Record<TlsErrorReason, string>> = {
  files: 'a certificate file cannot be used',
  'own-certificate': "this client's own certificate cannot be used",
  untrusted: 'its certificate is not signed by the CA that this client trusts; is cacert.pem that machine’s?',
  expired: 'its certificate has expired; it needs a new one',
  'not-yet-valid': 'its certificate is not valid yet; do both clocks agree?',
  revoked: 'its certificate is on the revocation list (cacrl.pem)',
  'host-mismatch': 'its certificate is for another name; write the name that the certificate has in the URI',
  'client-refused':
    'it does not accept this client; it wants a client certificate of its CA, whose name may have to be on its tls_allowed_dn_list',
  handshake: 'TLS could not be agreed on; does a libvirt daemon listen there with TLS?',
};

/** A TLS connection to a daemon could not be made. `cause` is what TLS said. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly reason: TlsErrorReason;
  readonly host: string;

  constructor(reason: TlsErrorReason, host: string, detail: string, cause?: unknown) {
    super(
      `TLS with ${host}: ${TEXT[reason]}${detail === '' ? '' : ` (${detail})`}`,
      cause === undefined ? undefined : { cause },
    );
    this.reason = reason;
    this.host = host;
  }
}
