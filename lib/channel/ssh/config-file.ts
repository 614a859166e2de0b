import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { globMatch } from 'node-libvirt/known-hosts';
import SSHConfig from 'ssh-config';
import { usageError } from '../../errors/hotnic-error.js';
import type { SshEnvironment } from './endpoint.js';

const INCLUDE_DEPTH = 16;

/** What ssh_config says about one host: keyword in lower case to its values, the first of them deciding. */
export type HostSettings = ReadonlyMap<string, readonly string[]>;

/** An ssh_config that can be asked about hosts. `user` is the one named on the command line. */
export type SshConfigLookup = (host: string, user?: string) => HostSettings;

/**
 * Reads ~/.ssh/config and then /etc/ssh/ssh_config (the first value found counts), or `configFile` alone, or nothing
 * for `none`. Include is followed; `Match exec` never matches, because hotnic runs nothing that a config file says.
 * @throws HotnicError `ssh-config` (usage) when a file that was asked for is not there or a file cannot be parsed.
 */
export async function loadSshConfig(
  environment: SshEnvironment,
  configFile?: string,
): Promise<SshConfigLookup> {
  const own = join(environment.home, '.ssh/config');
  const files = configFile === undefined ? [own, '/etc/ssh/ssh_config'] : [configFile];
  const texts =
    configFile?.toLowerCase() === 'none' ? [] : await Promise.all(files.map((file) => read(file)));
  if (configFile !== undefined && texts[0] === undefined && texts.length > 0) {
    throw usageError('ssh-config', `there is no ssh_config file ${configFile}`);
  }
  const configs: SSHConfig[] = [];
  for (const [index, text] of texts.entries()) {
    const file = files[index] ?? '';
    const base = file.startsWith('/etc/ssh/') ? '/etc/ssh' : join(environment.home, '.ssh');
    configs.push(await parse(text ?? '', file, base, environment, 0));
  }
  return (host, user) => settingsOf(configs, host, user);
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw usageError('ssh-config', `${file} cannot be read: ${String(error)}`);
  }
}

/** Parses one file and puts the lines of its includes where the Include stands, inside Host blocks too. */
async function parse(
  text: string,
  file: string,
  base: string,
  environment: SshEnvironment,
  depth: number,
): Promise<SSHConfig> {
  if (depth > INCLUDE_DEPTH) {
    throw usageError(
      'ssh-config',
      `${file} includes itself, or includes are nested over ${INCLUDE_DEPTH} deep`,
    );
  }
  let config: SSHConfig;
  try {
    config = SSHConfig.parse(text);
  } catch (error) {
    throw usageError('ssh-config', `${file} cannot be understood: ${String(error)}`);
  }
  return expand(config, base, environment, depth);
}

async function expand(
  config: SSHConfig,
  base: string,
  environment: SshEnvironment,
  depth: number,
): Promise<SSHConfig> {
  const out = new SSHConfig();
  for (const line of config) {
    if ('config' in line) {
      out.push({ ...line, config: await expand(line.config, base, environment, depth) });
    } else if (!('param' in line)) {
      out.push(line);
    } else if (line.param.toLowerCase() === 'include') {
      for (const pattern of words(line.value)) {
        for (const file of await filesOf(pattern, base, environment)) {
          out.push(...(await parse((await read(file)) ?? '', file, base, environment, depth + 1)));
        }
      }
    } else if (!/^(canonicali[sz]ehostname|canonicaldomains)$/i.test(line.param)) {
      // Canonicalisation would make ssh-config run nslookup.
      out.push(line);
    }
  }
  return out;
}

/** Files of an Include, sorted; `*` and `?` in the last component only. */
async function filesOf(pattern: string, base: string, environment: SshEnvironment): Promise<string[]> {
  const path = pattern.startsWith('~/') ? join(environment.home, pattern.slice(2)) : pattern;
  const full = isAbsolute(path) ? path : join(base, path);
  if (!/[*?]/.test(basename(full))) {
    return [full];
  }
  const names = await readdir(dirname(full)).catch(() => []);
  return names
    .filter((name) => !name.startsWith('.') && globMatch(basename(full), name))
    .sort()
    .map((name) => join(dirname(full), name));
}

function settingsOf(configs: readonly SSHConfig[], host: string, user: string | undefined): HostSettings {
  const settings = new Map<string, string[]>();
  for (const config of configs) {
    const asked = user === undefined ? { Host: host } : { Host: host, User: user };
    const computed = config.compute(asked, { ignoreCase: true, matchExec: false });
    for (const [name, value] of Object.entries(computed)) {
      const values = words(value);
      if (name === 'identityfile') {
        settings.set(name, [...(settings.get(name) ?? []), ...values]);
      } else if (!settings.has(name)) {
        settings.set(name, values);
      }
    }
  }
  return settings;
}

function words(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) =>
    typeof one === 'object' && one !== null && 'val' in one ? String(one.val) : String(one),
  );
}
