import type { CredentialsSource } from '../auth/credentials.js';
import { InvalidUriError } from '../errors/invalid-uri-error.js';
import type { Dialer } from './dialer.js';
import { socketPaths, type Environment } from './socket-path.js';
import { unixDialer } from './unix.js';
import type { LibvirtUri } from './uri.js';

/** What a dialer needs beside the URI. */
export interface DialOptions {
  readonly readOnly: boolean;
  readonly env: Environment;
  /** True for root, who has the system's files only. */
  readonly root: boolean;
  readonly credentials: CredentialsSource;
}

/**
 * The way to a URI's daemon. What SSH, TLS and TCP need is loaded when it is first dialled.
 * @throws InvalidUriError
 */
export function dialerFor(uri: LibvirtUri, options: DialOptions): Dialer {
  switch (uri.transport) {
    case 'unix':
      return unixDialer(socketPaths(uri, options.readOnly, options.env));
    case 'ssh':
    case 'libssh':
    case 'libssh2':
      return ssh(uri, options);
    case 'tls':
      return tls(uri, options);
    case 'tcp':
      return tcp(uri);
    case 'ext':
      throw new InvalidUriError(
        'unsupported-transport',
        uri.daemonUri,
        'this library starts no programs for the ext transport; give connect() an open stream to the daemon',
      );
  }
}

function ssh(uri: LibvirtUri, { readOnly, env, credentials }: DialOptions): Dialer {
  hostOf(uri);
  return async (signal) => {
    const [{ sshDialer }, { sshOptions }] = await Promise.all([
      import('../ssh/dial.js'),
      import('../ssh/options.js'),
    ]);
    const dial = sshDialer(sshOptions(uri, env, credentials), async (runtimeFolder) => {
      const session = uri.path === '/session' && !uri.params.has('socket');
      return socketPaths(uri, readOnly, session ? { XDG_RUNTIME_DIR: await runtimeFolder() } : {});
    });
    return dial(signal);
  };
}

function tls(uri: LibvirtUri, { env, root }: DialOptions): Dialer {
  const host = hostOf(uri);
  const { params } = uri;
  if (params.has('tls_priority')) {
    const what = 'tls_priority is in the words of GnuTLS, which is not used here; leave it out';
    throw new InvalidUriError('malformed', uri.daemonUri, what);
  }
  return async (signal) => {
    const { tlsDialer, TLS_PORT } = await import('./tls.js');
    const dial = tlsDialer({
      host,
      port: uri.port ?? TLS_PORT,
      folder: params.get('pkipath'),
      env,
      system: root,
      verify: isOff(params.get('no_verify')),
      sanity: isOff(params.get('no_sanity')),
    });
    return dial(signal);
  };
}

function tcp(uri: LibvirtUri): Dialer {
  const host = hostOf(uri);
  return async (signal) => {
    const { tcpDialer, TCP_PORT } = await import('./tcp.js');
    return tcpDialer(host, uri.port ?? TCP_PORT)(signal);
  };
}

function hostOf(uri: LibvirtUri): string {
  if (uri.host !== null) return uri.host;
  const what = `the ${uri.transport} transport goes to another machine: ${uri.driver}+${uri.transport}://HOST${uri.path}`;
  throw new InvalidUriError('malformed', uri.daemonUri, what);
}

function isOff(flag: string | undefined): boolean {
  return flag === undefined || flag === '0';
}
