import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { TlsError, type TlsErrorReason } from '../errors/tls-error.js';
import { opened } from './abortable.js';
import type { Dialer } from './dialer.js';
import { readPki, type PkiPlace } from './pki.js';
import { dialTcp } from './tcp.js';

/** libvirt's port for TLS. */
export const TLS_PORT = 16_514;

/** Options of tlsDialer. */
export interface TlsOptions extends PkiPlace {
  readonly port: number;
  /** False with `no_verify=1`: the server may show any certificate. */
  readonly verify: boolean;
}

/**
 * Dials a daemon's TLS port.
 * @throws TlsError, UnreachableError; the signal's reason when aborted.
 */
export function tlsDialer(options: TlsOptions): Dialer {
  return async (signal) => {
    const { host, port, verify } = options;
    const pki = await readPki(options);
    const plain = await dialTcp(host, port, signal);
    const socket = start(plain, host, { ...pki, rejectUnauthorized: verify });
    try {
      await opened(socket, 'secureConnect', signal);
    } catch (cause) {
      signal.throwIfAborted();
      throw explain(cause, host);
    }
    await accepted(socket, host, pki.cert !== undefined, signal);
    return socket;
  };
}

function start(plain: Socket, host: string, options: object): TLSSocket {
  // An address is no name for SNI; it is compared with the certificate's addresses all the same.
  const name = isIP(host) === 0 ? { servername: host } : {};
  try {
    return connect({ socket: plain, host, minVersion: 'TLSv1.2', ...options, ...name });
  } catch (cause) {
    plain.destroy();
    throw new TlsError('files', host, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Once the server has looked at this side's certificate it sends the byte 1; else it hangs up (virnetclient). */
async function accepted(socket: TLSSocket, host: string, shown: boolean, signal: AbortSignal): Promise<void> {
  const detail = shown ? 'a certificate was shown' : 'none was shown, for there is no clientcert.pem';
  const ending = (): void => void socket.emit('close');
  socket.once('end', ending);
  try {
    await opened(socket, 'readable', signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new TlsError('client-refused', host, detail, cause);
  } finally {
    socket.removeListener('end', ending);
  }
  const said = socket.read(1) as Buffer | null;
  if (said?.[0] === 1) return;
  socket.destroy();
  // "readable" is also said at the end of a stream.
  if (said === null) throw new TlsError('client-refused', host, detail);
  throw new TlsError('handshake', host, 'it does not greet as libvirt does');
}

const REASONS: Readonly<Record<string, TlsErrorReason>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_REVOKED: 'revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'host-mismatch',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
};

function explain(cause: unknown, host: string): TlsError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TlsError(REASONS[code] ?? 'handshake', host, message, cause);
}
