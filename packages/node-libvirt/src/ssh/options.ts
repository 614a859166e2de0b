import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { InvalidUriError } from '../errors/invalid-uri-error.js';
import type { CredentialsSource } from '../auth/credentials.js';
import type { Environment } from '../transport/socket-path.js';
import type { LibvirtUri } from '../transport/uri.js';

/** Ways to log in that `sshauth=` can name, in the order in which they are tried without it. */
const METHODS = ['agent', 'privkey', 'password', 'keyboard-interactive'] as const;
export type SshMethod = (typeof METHODS)[number];

/** How an unknown host key is met: refused, added to known_hosts, or any key taken as it comes. */
export type HostKeyRule = 'normal' | 'auto' | 'ignore';

/** What an SSH connection is made with, read from a URI. */
export interface SshOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Files that are read for host keys; the first is where a new one would go. */
  readonly knownHosts: readonly string[];
  readonly hostKeys: HostKeyRule;
  readonly methods: readonly SshMethod[];
  /** Private keys; a missing one matters only when `keyfile=` names it. */
  readonly keyFiles: readonly string[];
  readonly keyFileNamed: boolean;
  readonly agent: string | undefined;
  readonly credentials: CredentialsSource;
}

/**
 * Reads the parameters that libvirt's ssh transports know: keyfile, known_hosts, known_hosts_verify (normal, auto,
 * ignore), no_verify, sshauth (a list of agent, privkey, password, keyboard-interactive).
 * @throws InvalidUriError
 */
export function sshOptions(uri: LibvirtUri, env: Environment, credentials: CredentialsSource): SshOptions {
  const folder = join(env['HOME'] ?? homedir(), '.ssh');
  const keyFile = uri.params.get('keyfile');
  const knownHosts = uri.params.get('known_hosts');
  return {
    host: uri.host ?? 'localhost',
    port: uri.port ?? 22,
    user: uri.user ?? userInfo().username,
    knownHosts:
      knownHosts === undefined
        ? [join(folder, 'known_hosts'), join(folder, 'known_hosts2'), '/etc/ssh/ssh_known_hosts']
        : [knownHosts],
    hostKeys: hostKeyRule(uri),
    methods: methods(uri),
    keyFiles: keyFile === undefined ? DEFAULT_KEYS.map((name) => join(folder, name)) : [keyFile],
    keyFileNamed: keyFile !== undefined,
    agent: env['SSH_AUTH_SOCK'] === '' ? undefined : env['SSH_AUTH_SOCK'],
    credentials,
  };
}

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

function hostKeyRule({ params, daemonUri }: LibvirtUri): HostKeyRule {
  const noVerify = params.get('no_verify') ?? '0';
  const rule = params.get('known_hosts_verify') ?? (noVerify === '0' ? 'normal' : 'ignore');
  if (rule === 'normal' || rule === 'auto' || rule === 'ignore') return rule;
  throw new InvalidUriError(
    'malformed',
    daemonUri,
    `known_hosts_verify=${rule} is not normal, auto or ignore`,
  );
}

function methods({ params, daemonUri }: LibvirtUri): readonly SshMethod[] {
  const named = params.get('sshauth')?.split(',');
  if (named === undefined) return METHODS;
  return named.map((name) => {
    const method = METHODS.find((one) => one === name);
    if (method !== undefined) return method;
    throw new InvalidUriError('malformed', daemonUri, `sshauth=${name} is not one of ${METHODS.join(', ')}`);
  });
}
