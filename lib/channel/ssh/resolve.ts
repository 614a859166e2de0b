import { join } from 'node:path';
import { usageError } from '../../errors/hotnic-error.js';
import { loadSshConfig, type HostSettings, type SshConfigLookup } from './config-file.js';
import type { SshEndpoint, SshEnvironment } from './endpoint.js';
import { hopLabel, type Hop, type Identity } from './hop.js';
import { parseJumps, parseSshTarget } from './target.js';

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const MAX_HOPS = 8;

/**
 * The machines on the way to an endpoint, the endpoint last, each completed from ssh_config and OpenSSH's defaults.
 * What the endpoint says wins. `identity` and `knownHosts` count for jump hosts too.
 * @throws HotnicError `ssh-config`, `ssh-target` (both usage).
 */
export async function resolveHops(
  endpoint: SshEndpoint,
  environment: SshEnvironment,
): Promise<readonly Hop[]> {
  const lookup = await loadSshConfig(environment, endpoint.configFile);
  const hops = chain(endpoint, environment, lookup, []);
  return hops.map((hop, index) => {
    const before = hops.slice(0, index).map(hopLabel).join(',');
    return before === '' ? hop : { ...hop, jump: before };
  });
}

/** The endpoint with its jump hosts before it; a jump host's own ProxyJump counts for the first of a list, as in ssh. */
function chain(
  endpoint: SshEndpoint,
  environment: SshEnvironment,
  lookup: SshConfigLookup,
  above: readonly string[],
): Hop[] {
  if (above.length >= MAX_HOPS) {
    throw usageError('ssh-config', `more than ${MAX_HOPS} jump hosts: ${[...above].reverse().join(' → ')}`);
  }
  const settings = lookup(endpoint.host, endpoint.user);
  const jump = endpoint.jump ?? settings.get('proxyjump')?.[0] ?? '';
  const command = settings.get('proxycommand')?.[0] ?? 'none';
  if (endpoint.jump === undefined && jump === '' && command.toLowerCase() !== 'none') {
    throw usageError(
      'ssh-config',
      `ssh_config has a ProxyCommand for ${endpoint.host}, which is not supported`,
      'use ProxyJump in ssh_config, or --jump user@host:port',
    );
  }
  const shared = {
    ...(endpoint.identity === undefined ? {} : { identity: endpoint.identity }),
    ...(endpoint.knownHosts === undefined ? {} : { knownHosts: endpoint.knownHosts }),
  };
  // With "Host *" and ProxyJump the jump host itself would be reached through itself; ssh skips that too.
  const isSelf = (target: SshEndpoint): boolean =>
    endpoint.jump === undefined && target.host === endpoint.host && target.port === endpoint.port;
  const targets = parseJumps(jump).filter((target) => !isSelf(target));
  const jumps = targets.flatMap((target, index) =>
    chain({ ...shared, ...target, ...(index === 0 ? {} : { jump: 'none' }) }, environment, lookup, [
      ...above,
      endpoint.host,
    ]),
  );
  return [...jumps, hopOf(endpoint, environment, settings)];
}

function hopOf(endpoint: SshEndpoint, environment: SshEnvironment, settings: HostSettings): Hop {
  const first = (name: string): string | undefined => settings.get(name)?.[0];
  const host = expand(first('hostname') ?? endpoint.host, { '%h': endpoint.host });
  // What ssh_config says is checked like what is typed: it may come from a file that a tool wrote.
  const checked = parseSshTarget(host.includes(':') ? `[${host}]` : host).host;
  const user = endpoint.user ?? first('user') ?? environment.user;
  const port = endpoint.port ?? portOf(first('port'), endpoint.host);
  const tokens = {
    '%h': checked,
    '%n': endpoint.host,
    '%p': String(port),
    '%r': user,
    '%u': environment.user,
  };
  const file = (path: string): string =>
    expand(
      path.replace(/^~(?=\/|$)/, () => environment.home),
      { ...tokens, '%d': environment.home },
    );
  const alias = first('hostkeyalias');
  const agentSocket = agentOf(first('identityagent'), environment, file);
  const only = first('identitiesonly')?.toLowerCase() === 'yes';
  return {
    host: checked,
    port,
    user,
    identities: identitiesOf(endpoint, settings, environment, file),
    identitiesOnly: only,
    knownHosts: [
      ...(endpoint.knownHosts ?? []),
      ...(settings.get('userknownhostsfile') ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']).map(file),
      ...(
        settings.get('globalknownhostsfile') ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
      ).map(file),
    ].filter((path) => path.toLowerCase() !== 'none'),
    ...(agentSocket === undefined ? {} : { agentSocket }),
    ...(alias === undefined ? {} : { hostKeyAlias: alias }),
  };
}

function identitiesOf(
  endpoint: SshEndpoint,
  settings: HostSettings,
  environment: SshEnvironment,
  file: (path: string) => string,
): Identity[] {
  const named = [...(endpoint.identity ?? []), ...(settings.get('identityfile') ?? [])].map(file);
  const files = named.filter((path) => path.toLowerCase() !== 'none');
  return named.length > 0
    ? [...new Set(files)].map((path) => ({ file: path, explicit: true }))
    : DEFAULT_KEYS.map((name) => ({ file: join(environment.home, '.ssh', name), explicit: false }));
}

function agentOf(
  setting: string | undefined,
  environment: SshEnvironment,
  file: (path: string) => string,
): string | undefined {
  if (setting === undefined || setting === 'SSH_AUTH_SOCK' || setting.startsWith('$')) {
    return environment.agentSocket;
  }
  return setting.toLowerCase() === 'none' ? undefined : file(setting);
}

function portOf(text: string | undefined, host: string): number {
  const port = text === undefined ? 22 : /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) {
    throw usageError('ssh-config', `ssh_config has no valid port for ${host}: ${JSON.stringify(text)}`);
  }
  return port;
}

/** Percent tokens of ssh_config(5), TOKENS. Unknown ones stay, and will name a file that is not there. */
function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replaceAll(/%./g, (token) => (token === '%%' ? '%' : (tokens[token] ?? token)));
}
