import {
  AuthenticationError,
  CallTimeoutError,
  ConnectionLostError,
  ErrorCode,
  InvalidUriError,
  LibvirtError,
  SocketError,
  TlsError,
  UnreachableError,
} from 'node-libvirt';
import { HotnicError, usageError, type ErrorDetails } from '../errors/hotnic-error.js';
import { recogniseMessage } from '../knowledge/index.js';

/**
 * A libvirt error as a person should read it: libvirt's own words kept, the cause and the next command added where
 * they are known. Errors that are hotnic's already, and abort reasons, pass through unchanged.
 */
export function explainLibvirt(error: unknown, attempted: string, state?: string): Error {
  if (error instanceof LibvirtError) return explainReply(error, attempted, state);
  const details: ErrorDetails = { attempted, cause: error, ...(state === undefined ? {} : { state }) };
  if (error instanceof CallTimeoutError)
    return new HotnicError(
      'libvirt-timeout',
      `${attempted}: libvirt did not answer within ${error.timeoutMs / 1000} s`,
      {
        ...details,
        why: 'the daemon is busy with another change to this domain, or hangs',
      },
    );
  if (error instanceof ConnectionLostError)
    return new HotnicError('libvirt-lost', `${attempted}: the connection to libvirt was lost`, details);
  return error instanceof Error ? error : new Error(String(error));
}

function explainReply(error: LibvirtError, attempted: string, state?: string): HotnicError {
  const known = recogniseMessage(error.message);
  return new HotnicError(CODES[error.code] ?? 'libvirt-error', `${attempted}: ${error.message}`, {
    attempted,
    seen: error.message,
    cause: error,
    ...(state === undefined ? {} : { state }),
    ...(known === null ? {} : { why: known.cause, next: known.fix }),
  });
}

/** Why no connection could be opened, as a person should read it. */
export function explainConnect(error: unknown, uri: string): Error {
  const attempted = `connect to ${uri}`;
  if (error instanceof InvalidUriError)
    return usageError('uri-invalid', error.message, 'hotnic --connect qemu:///system …');
  if (error instanceof SocketError)
    return new HotnicError(`libvirt-${error.reason}`, error.message, {
      attempted,
      state: 'nothing was changed',
      cause: error,
      ...SOCKET[error.reason],
    });
  if (error instanceof AuthenticationError)
    return new HotnicError('libvirt-auth', `${attempted}: ${error.message}`, {
      attempted,
      cause: error,
      state: 'nothing was changed',
      next:
        error.reason === 'refused'
          ? 'run hotnic as root, or let polkit allow org.libvirt.unix.manage for this user'
          : 'write name and password into auth.conf (https://libvirt.org/auth.html)',
    });
  if (error instanceof TlsError || error instanceof UnreachableError)
    return new HotnicError(
      error instanceof TlsError ? 'libvirt-tls' : 'libvirt-unreachable',
      `${attempted}: ${error.message}`,
      { attempted, cause: error, state: 'nothing was changed' },
    );
  return explainLibvirt(error, attempted, 'nothing was changed');
}

const SOCKET: Readonly<Record<string, { why: string; next: string }>> = {
  missing: {
    why: 'no libvirt daemon listens there',
    next: 'start it (systemctl start libvirtd), or name another with --connect; hotnic doctor looks further',
  },
  'not-a-socket': {
    why: 'the path is a file of another kind',
    next: 'give the path of the daemon’s socket in ?socket=',
  },
  permission: {
    why: 'this user may not open the socket',
    next: 'run hotnic as root, or join the group that owns the socket (often "libvirt")',
  },
  refused: {
    why: 'the socket is there and nobody listens: the daemon has ended',
    next: 'start it (systemctl start libvirtd)',
  },
  'path-too-long': {
    why: 'the kernel takes socket paths of at most 107 bytes (unix(7))',
    next: 'reach the socket through a symbolic link with a shorter path',
  },
};

const CODES: Readonly<Partial<Record<number, string>>> = {
  [ErrorCode.NO_DOMAIN]: 'domain-not-found',
  [ErrorCode.NO_NETWORK]: 'network-not-found',
  [ErrorCode.DEVICE_MISSING]: 'device-missing',
  [ErrorCode.OPERATION_INVALID]: 'operation-invalid',
  [ErrorCode.OPERATION_DENIED]: 'libvirt-denied',
  [ErrorCode.NO_SUPPORT]: 'libvirt-unsupported',
};
