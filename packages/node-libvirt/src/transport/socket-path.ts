import { join } from 'node:path';
import { InvalidUriError } from '../errors/invalid-uri-error.js';
import type { LibvirtUri } from './uri.js';

/** The environment variables that decide where session sockets are. */
export type Environment = Readonly<Record<string, string | undefined>>;

// The modular daemon that serves a driver (docs/daemons.rst). The test driver lives in libvirtd alone.
const MODULAR: Readonly<Record<string, string>> = {
  qemu: 'virtqemud',
  xen: 'virtxend',
  lxc: 'virtlxcd',
  ch: 'virtchd',
  vbox: 'virtvboxd',
  bhyve: 'virtbhyved',
  vz: 'virtvzd',
  network: 'virtnetworkd',
  nodedev: 'virtnodedevd',
  interface: 'virtinterfaced',
  nwfilter: 'virtnwfilterd',
  secret: 'virtsecretd',
  storage: 'virtstoraged',
};

/**
 * The sockets at which a URI's daemon may listen, the first choice first: the one named by `socket=`; else the
 * modular daemon's, then the monolithic one's, as libvirt looks; `mode=legacy` and `mode=direct` leave one of the two.
 * @throws InvalidUriError when `socket` is not an absolute path or `mode` has no meaning.
 */
export function socketPaths(uri: LibvirtUri, readOnly: boolean, env: Environment): readonly string[] {
  const named = uri.params.get('socket');
  if (named !== undefined) {
    if (!named.startsWith('/')) {
      throw new InvalidUriError('malformed', named, 'the socket parameter must be an absolute path');
    }
    return [named];
  }
  const folder = uri.path === '/session' ? sessionFolder(env) : '/run/libvirt';
  return daemons(uri).map((daemon) => join(folder, `${daemon}-sock${readOnlySuffix(uri, readOnly)}`));
}

// A session daemon has no read-only socket; the read-only flag of the open call does the work there.
function readOnlySuffix(uri: LibvirtUri, readOnly: boolean): string {
  return readOnly && uri.path !== '/session' ? '-ro' : '';
}

function daemons(uri: LibvirtUri): string[] {
  const mode = uri.params.get('mode') ?? 'auto';
  const modular = MODULAR[uri.driver];
  if (mode === 'legacy') return ['libvirt'];
  if (mode === 'auto') return modular === undefined ? ['libvirt'] : [modular, 'libvirt'];
  if (mode === 'direct' && modular !== undefined) return [modular];
  throw new InvalidUriError('malformed', uri.daemonUri, `mode=${mode} is not auto, legacy or direct`);
}

function sessionFolder(env: Environment): string {
  const runtime = env['XDG_RUNTIME_DIR'] ?? env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? '/', '.cache');
  return join(runtime, 'libvirt');
}
