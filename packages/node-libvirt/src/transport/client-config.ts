import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidUriError } from '../errors/invalid-uri-error.js';
import type { Environment } from './socket-path.js';

/** More than any libvirt.conf has; beyond it something else lies there. */
const SIZE_LIMIT = 1024 * 1024;

/** What libvirt.conf says to clients. */
export interface ClientConfig {
  /** Short names for URIs. */
  readonly aliases: ReadonlyMap<string, string>;
  /** `uri_default`: what is opened when nothing is named. */
  readonly uriDefault: string | null;
}

/**
 * The URI that is meant: an alias of libvirt.conf is replaced, and nothing at all means `LIBVIRT_DEFAULT_URI`, then
 * `uri_default`, then `qemu:///system` for root and `qemu:///session` for others (libvirt asks the daemon instead).
 * @throws InvalidUriError `unknown-alias`, `malformed` when libvirt.conf cannot be understood.
 */
export async function resolveUri(uri: string | undefined, env: Environment, root: boolean): Promise<string> {
  const wanted = uri ?? nonEmpty(env['LIBVIRT_DEFAULT_URI']);
  if (wanted !== undefined && !ALIAS.test(wanted)) return wanted;
  const file = configFile('libvirt.conf', env, root);
  const config = await readClientConfig(file);
  if (wanted === undefined) return config.uriDefault ?? (root ? 'qemu:///system' : 'qemu:///session');
  const meant = config.aliases.get(wanted);
  if (meant === undefined) {
    const known = [...config.aliases.keys()].join(', ');
    throw new InvalidUriError(
      'unknown-alias',
      wanted,
      `it is neither a URI (driver:///path) nor an alias in ${file}${known === '' ? '' : `, which has ${known}`}`,
    );
  }
  return meant;
}

/** Where libvirt keeps a client's file: /etc/libvirt for root, the user's own configuration folder for others. */
export function configFile(name: string, env: Environment, root: boolean): string {
  return root ? join('/etc/libvirt', name) : join(userConfigFolder(env), name);
}

/** $XDG_CONFIG_HOME/libvirt, by default ~/.config/libvirt. */
export function userConfigFolder(env: Environment): string {
  return join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? '/', '.config'), 'libvirt');
}

async function readClientConfig(file: string): Promise<ClientConfig> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.length > SIZE_LIMIT) throw new InvalidUriError('malformed', file, 'this file is too long');
  return parseClientConfig(text, file);
}

// An alias has these characters only, a URI has more (docs/uri.rst).
const ALIAS = /^[a-zA-Z0-9_-]+$/;

/** Reads libvirt.conf: `name = "text"` and `name = [ "text", … ]`. @throws InvalidUriError with the line. */
export function parseClientConfig(text: string, file: string): ClientConfig {
  const aliases = new Map<string, string>();
  let uriDefault: string | null = null;
  for (const { name, values, line } of settings(text, file)) {
    if (name === 'uri_default') uriDefault = values[0] ?? null;
    if (name !== 'uri_aliases') continue;
    for (const value of values) {
      const at = value.indexOf('=');
      if (at < 1 || !ALIAS.test(value.slice(0, at)))
        throw wrong(file, line, 'an alias is written "name=URI"');
      const alias = value.slice(0, at);
      // The first one counts, as in libvirt.
      if (!aliases.has(alias)) aliases.set(alias, value.slice(at + 1));
    }
  }
  return { aliases, uriDefault };
}

interface Setting {
  readonly name: string;
  readonly values: readonly string[];
  readonly line: number;
}

const TOKEN = /\s+|#[^\n]*|([a-zA-Z_][a-zA-Z0-9_]*)|(-?\d+)|"""([^]*?)"""|"([^"\n]*)"|'([^'\n]*)'|([=[\],])/y;

function* settings(text: string, file: string): Generator<Setting, void, undefined> {
  const tokens = [...tokenize(text, file)];
  for (let at = 0; at < tokens.length;) {
    const name = tokens[at];
    const line = name?.line ?? 0;
    if (name?.kind !== 'name' || tokens[at + 1]?.text !== '=')
      throw wrong(file, line, 'name = value is expected');
    at += 2;
    const values: string[] = [];
    if (tokens[at]?.kind === 'sign' && tokens[at]?.text === '[') {
      for (at += 1; tokens[at]?.text !== ']' || tokens[at]?.kind !== 'sign'; at += 1) {
        const token = tokens[at];
        if (token === undefined) throw wrong(file, line, 'a list is not closed');
        if (token.kind === 'value') values.push(token.text);
        else if (token.text !== ',') throw wrong(file, token.line, 'a value is expected');
      }
      at += 1;
    } else {
      const token = tokens[at];
      if (token?.kind !== 'value') throw wrong(file, line, 'a value is expected');
      values.push(token.text);
      at += 1;
    }
    yield { name: name.text, values, line };
  }
}

interface Token {
  readonly kind: 'name' | 'value' | 'sign';
  readonly text: string;
  readonly line: number;
}

function* tokenize(text: string, file: string): Generator<Token, void, undefined> {
  let line = 1;
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw wrong(file, line, 'this is not understood');
    const [whole, name, ...rest] = match as (string | undefined)[];
    const sign = rest[4];
    const value = rest.slice(0, 4).find((one) => one !== undefined);
    if (name !== undefined) yield { kind: 'name', text: name, line };
    else if (sign !== undefined) yield { kind: 'sign', text: sign, line };
    else if (value !== undefined) yield { kind: 'value', text: value, line };
    line += (whole ?? '').split('\n').length - 1;
    at += whole?.length ?? 1;
  }
}

function wrong(file: string, line: number, what: string): InvalidUriError {
  return new InvalidUriError('malformed', `${file}:${line}`, what);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
