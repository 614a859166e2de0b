import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AuthenticationError } from '../errors/authentication-error.js';
import { userConfigFolder } from '../transport/client-config.js';
import type { Environment } from '../transport/socket-path.js';
import type { LibvirtUri } from '../transport/uri.js';
import type {
  CredentialRequest,
  Credentials,
  CredentialsCallback,
  CredentialsSource,
} from './credentials.js';

/**
 * Credentials as libvirt finds them: from auth.conf (`LIBVIRT_AUTH_FILE`, `authfile=` of the URI, the user's, the
 * system's; the first that is there), then from the callback.
 */
export function credentialsSource(
  uri: LibvirtUri,
  env: Environment,
  callback: CredentialsCallback | undefined,
): CredentialsSource {
  return async (request, signal) => {
    const written = lookUp(await readAuthFile(uri, env), request);
    if (written !== null) return written;
    return (await callback?.(request, signal)) ?? null;
  };
}

/** Sections of an auth.conf by their names: "credentials-test", "auth-libvirt-host1". */
export type AuthFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads the text of an auth.conf. @throws AuthenticationError naming the line that is not understood. */
export function parseAuthFile(text: string, file: string): AuthFile {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const title = /^\[([^\]]+)\]$/.exec(line)?.[1];
    const at = line.indexOf('=');
    if (title !== undefined) {
      current = sections.get(title) ?? new Map<string, string>();
      sections.set(title, current);
    } else if (current !== undefined && at > 0) {
      current.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
    } else {
      throw new AuthenticationError(
        'auth.conf',
        `${file}:${index + 1} is neither a [section] nor name=value`,
      );
    }
  });
  return sections;
}

/**
 * What a file says for a request: the section `auth-SERVICE-HOST`, else `auth-SERVICE-default`, names a section
 * `credentials-NAME`. SASL takes its `authname`, SSH its `username`.
 * @throws AuthenticationError when the section that is named does not exist.
 */
export function lookUp(sections: AuthFile, request: CredentialRequest): Credentials | null {
  const { service, host } = request;
  const section = sections.get(`auth-${service}-${host}`) ?? sections.get(`auth-${service}-default`);
  const name = section?.get('credentials');
  if (name === undefined) return null;
  const found = sections.get(`credentials-${name}`);
  if (found === undefined) {
    throw new AuthenticationError(
      'auth.conf',
      `auth.conf names the credentials ${JSON.stringify(name)} and has none`,
    );
  }
  const password = found.get('password');
  const username = found.get(service === 'ssh' ? 'username' : 'authname');
  if (password === undefined) return null;
  return username === undefined ? { password } : { username, password };
}

async function readAuthFile(uri: LibvirtUri, env: Environment): Promise<AuthFile> {
  const named = env['LIBVIRT_AUTH_FILE'] ?? uri.params.get('authfile');
  if (named !== undefined) {
    if (!isAbsolute(named))
      throw new AuthenticationError('auth.conf', `authfile=${named} must be an absolute path`);
    return await read(named);
  }
  for (const file of [join(userConfigFolder(env), 'auth.conf'), '/etc/libvirt/auth.conf']) {
    try {
      return await read(file);
    } catch (error) {
      // One that is not there, or that this user may not read, is passed over as by libvirt.
      if (!(error instanceof AuthenticationError) || error.cause === undefined) throw error;
    }
  }
  return new Map();
}

async function read(file: string): Promise<AuthFile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AuthenticationError(
      'auth.conf',
      `${file} cannot be read: ${String(cause)}`,
      cause,
      'no-credentials',
    );
  });
  return parseAuthFile(text, file);
}
