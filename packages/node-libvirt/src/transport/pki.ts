import { access, readFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { TlsError } from '../errors/tls-error.js';
import type { Environment } from './socket-path.js';

/** What TLS is made with; without `cert` and `key` this side shows no certificate. */
export interface Pki {
  readonly ca: Buffer;
  readonly crl?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Where to look for certificates. */
export interface PkiPlace {
  readonly host: string;
  /** `pkipath` of the URI: a folder that holds all of them. */
  readonly folder: string | undefined;
  readonly env: Environment;
  /** True for root: then libvirt looks in the system's folder alone. */
  readonly system: boolean;
  /** False with `no_sanity=1`: this side's own files are not checked. */
  readonly sanity: boolean;
}

type Kind = 'ca' | 'crl' | 'cert' | 'key';
type Paths = Readonly<Record<Kind, string>>;

/**
 * Reads the certificates at libvirt's places: `pkipath`; else `~/.pki/libvirt`, and for what is not there
 * `/etc/pki/CA` and `/etc/pki/libvirt`.
 * @throws TlsError `files` when the CA's certificate is missing or one cannot be read, `own-certificate` when the
 *   client's has expired or lacks its key.
 */
export async function readPki(place: PkiPlace): Promise<Pki> {
  const paths = await choosePaths(place);
  const read = async (kind: Kind): Promise<Buffer | undefined> => {
    try {
      return await readFile(paths[kind]);
    } catch (cause) {
      if (isMissing(cause) && kind !== 'ca') return undefined;
      throw new TlsError('files', place.host, `${paths[kind]} cannot be read: ${String(cause)}`, cause);
    }
  };
  const [ca, crl, cert, key] = await Promise.all([read('ca'), read('crl'), read('cert'), read('key')]);
  if ((cert === undefined) !== (key === undefined)) {
    const [there, missing] = cert === undefined ? [paths.key, paths.cert] : [paths.cert, paths.key];
    throw new TlsError('own-certificate', place.host, `${there} is there and ${missing} is not`);
  }
  if (place.sanity) {
    for (const [kind, bytes] of [
      ['ca', ca],
      ['cert', cert],
    ] as const) {
      if (bytes !== undefined) checkDates(bytes, paths[kind], place.host);
    }
  }
  return {
    ca: ca ?? Buffer.alloc(0),
    ...(crl === undefined ? {} : { crl }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

const SYSTEM: Paths = {
  ca: '/etc/pki/CA/cacert.pem',
  crl: '/etc/pki/CA/cacrl.pem',
  cert: '/etc/pki/libvirt/clientcert.pem',
  key: '/etc/pki/libvirt/private/clientkey.pem',
};

function inFolder(folder: string): Paths {
  const at = (name: string): string => join(folder, name);
  return { ca: at('cacert.pem'), crl: at('cacrl.pem'), cert: at('clientcert.pem'), key: at('clientkey.pem') };
}

async function choosePaths({ folder, env, system }: PkiPlace): Promise<Paths> {
  if (folder !== undefined) return inFolder(folder);
  if (system) return SYSTEM;
  const own = inFolder(join(env['HOME'] ?? '/', '.pki', 'libvirt'));
  const [ca, crl, cert] = await Promise.all([exists(own.ca), exists(own.crl), exists(own.cert)]);
  return {
    ca: ca ? own.ca : SYSTEM.ca,
    crl: crl ? own.crl : SYSTEM.crl,
    // A certificate and its key belong together, whichever of them is missing.
    cert: cert ? own.cert : SYSTEM.cert,
    key: cert ? own.key : SYSTEM.key,
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function checkDates(pem: Buffer, path: string, host: string): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (cause) {
    throw new TlsError('files', host, `${path} holds no certificate`, cause);
  }
  const now = Date.now();
  if (Date.parse(certificate.validTo) < now)
    throw new TlsError('own-certificate', host, `${path} has expired on ${certificate.validTo}`);
  if (Date.parse(certificate.validFrom) > now)
    throw new TlsError('own-certificate', host, `${path} is not valid before ${certificate.validFrom}`);
}
