import { InvalidUriError } from '../errors/invalid-uri-error.js';

/** Ways to reach a daemon that libvirt's URIs can name. */
export const TRANSPORTS = ['unix', 'ssh', 'tls', 'tcp', 'ext', 'libssh', 'libssh2'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A connection URI, taken apart. */
export interface LibvirtUri {
  /** "qemu", "test", "xen", … */
  readonly driver: string;
  readonly transport: Transport;
  readonly user: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** "/system", "/session", "/default". */
  readonly path: string;
  /** Parameters in the order they were given; a repeated name keeps its last value. */
  readonly params: ReadonlyMap<string, string>;
  /** The URI as the daemon knows it: without transport, host and the parameters meant for this side. */
  readonly daemonUri: string;
}

/**
 * Takes a libvirt connection URI apart: `driver[+transport]://[user@][host][:port]/path[?name=value&…]`. Without a
 * transport it is "tls" when a host is named, else "unix", as in libvirt.
 * @throws InvalidUriError when it is malformed or names a transport that libvirt does not have.
 */
export function parseUri(text: string): LibvirtUri {
  const match = SHAPE.exec(text);
  if (match === null || /[\s\p{Cc}]/u.test(text) || text.length > 4096) {
    throw new InvalidUriError(
      'malformed',
      text,
      `write driver[+transport]://[user@][host][:port]/path, ${EXAMPLE}`,
    );
  }
  const [, driver = '', named, authority = '', path = '', query = ''] = match;
  const { user, host, port } = splitAuthority(authority, text);
  const transport = named?.toLowerCase() ?? (host === null ? 'unix' : 'tls');
  if (!isTransport(transport)) {
    throw new InvalidUriError(
      'unknown-transport',
      text,
      `the transport ${JSON.stringify(transport)} is unknown; libvirt has ${TRANSPORTS.join(', ')}`,
    );
  }
  if (transport === 'unix' && host !== null) {
    throw new InvalidUriError(
      'malformed',
      text,
      'a unix socket is on this machine: leave the host out, or use ssh',
    );
  }
  const params = parseParams(query, text);
  return { driver, transport, user, host, port, path, params, daemonUri: daemonUri(driver, path, params) };
}

const EXAMPLE = 'for example qemu:///system or qemu+ssh://root@host/system';
const SHAPE = /^([a-z][a-z0-9]*)(?:\+([^:/?#]*))?:\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/;

// Parameters that the client side of libvirt takes for itself (docs/uri.rst).
const CLIENT_PARAMS = new Set([
  'name',
  'socket',
  'mode',
  'command',
  'netcat',
  'keyfile',
  'known_hosts',
  'known_hosts_verify',
  'sshauth',
  'sshconfig',
  'no_sanity',
  'no_verify',
  'no_tty',
  'pkipath',
  'tls_priority',
  'auth',
  'authfile',
  'proxy',
]);

function isTransport(name: string): name is Transport {
  return (TRANSPORTS as readonly string[]).includes(name);
}

function splitAuthority(authority: string, uri: string): Pick<LibvirtUri, 'user' | 'host' | 'port'> {
  const match = /^(?:([^@]*)@)?(\[[0-9a-fA-F:.%a-z]+\]|[^:[\]@]*)(?::(\d{1,5}))?$/.exec(authority);
  if (match === null)
    throw new InvalidUriError('malformed', uri, `${EXAMPLE} shows how host and port are written`);
  const [, user = '', host = '', digits] = match;
  if (user.includes(':')) {
    throw new InvalidUriError('malformed', uri, 'a password does not belong into a libvirt URI');
  }
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) {
    throw new InvalidUriError('malformed', uri, `${port} is not a port number`);
  }
  if (host === '' && (user !== '' || port !== null))
    throw new InvalidUriError('malformed', uri, 'the host is missing');
  return {
    user: user === '' ? null : decode(user, uri),
    host: host === '' ? null : host.replace(/^\[|\]$/g, ''),
    port,
  };
}

function parseParams(query: string, uri: string): Map<string, string> {
  const params = new Map<string, string>();
  for (const part of query.split(/[&;]/).filter((piece) => piece !== '')) {
    const [name = '', ...value] = part.split('=');
    params.set(decode(name, uri), decode(value.join('='), uri));
  }
  return params;
}

function decode(text: string, uri: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new InvalidUriError('malformed', uri, `${JSON.stringify(text)} has a wrong % escape`);
  }
  if (decoded.includes('\0')) throw new InvalidUriError('malformed', uri, 'it contains a NUL character');
  return decoded;
}

function daemonUri(driver: string, path: string, params: ReadonlyMap<string, string>): string {
  const name = params.get('name');
  if (name !== undefined) return name;
  const kept = [...params].filter(([key]) => !CLIENT_PARAMS.has(key));
  const query = kept
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
  return `${driver}://${path}${query === '' ? '' : `?${query}`}`;
}
