import { usageError } from '../../errors/hotnic-error.js';
import type { SshEndpoint } from './endpoint.js';

/**
 * Reads what a person types for a machine: `host`, `user@host:port`, `ssh://user@host:port`, `[::1]:22`, `::1`.
 * @throws HotnicError `ssh-target` (usage) that says what was expected.
 */
export function parseSshTarget(text: string): Pick<SshEndpoint, 'host' | 'port' | 'user'> {
  const rest = text.startsWith('ssh://') ? text.slice('ssh://'.length).replace(/\/$/, '') : text;
  const at = rest.lastIndexOf('@');
  const user = at === -1 ? undefined : checkUser(text, rest.slice(0, at));
  const { host, port } = splitHost(text, rest.slice(at + 1));
  return {
    host: checkHost(text, host),
    ...(port === undefined ? {} : { port: checkPort(text, port) }),
    ...(user === undefined ? {} : { user }),
  };
}

/** Reads a list of jump hosts as `ssh -J` takes it, first hop first; `none` and an empty text are no jump. */
export function parseJumps(text: string): Pick<SshEndpoint, 'host' | 'port' | 'user'>[] {
  return text === '' || text.toLowerCase() === 'none'
    ? []
    : text.split(',').map((one) => parseSshTarget(one.trim()));
}

function splitHost(text: string, rest: string): { host: string; port?: string } {
  const bracket = /^\[([^[\]]*)\](?::(.*))?$/s.exec(rest);
  if (bracket !== null) {
    const [, host = '', port] = bracket;
    return { host, ...(port === undefined ? {} : { port }) };
  }
  const parts = rest.split(':');
  if (parts.length === 2) {
    const [host = '', port = ''] = parts;
    return { host, port };
  }
  // Two colons or more: an IPv6 address, which has no port unless it stands in brackets.
  if (parts.length > 2 && !/^[0-9a-f:.]+(%[\w.-]+)?$/i.test(rest)) {
    throw bad(text, 'it has more than one colon and is no IPv6 address');
  }
  return { host: rest };
}

function checkHost(text: string, host: string): string {
  if (host === '') {
    throw bad(text, 'the host is missing');
  }
  // A leading "-" would be read as an option by any ssh command that this name is given to.
  if (host.startsWith('-')) {
    throw bad(text, 'a host must not begin with "-"');
  }
  if (!/^[\w.:%-]+$/u.test(host) || host.length > 255) {
    throw bad(text, 'a host has letters, digits, ".", "-", "_" and ":" only');
  }
  return host;
}

function checkUser(text: string, user: string): string {
  // OpenSSH's client refuses the same characters in user names (valid_ruser, since 9.6), because shells may see them.
  if (user === '' || user.startsWith('-') || /[\p{Cc}\s'"`$;&<>|(){}\\]/u.test(user)) {
    throw bad(text, 'the user name is empty, begins with "-" or has characters that no user name has');
  }
  return user;
}

function checkPort(text: string, port: string): number {
  const value = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (value < 1 || value > 65535) {
    throw bad(text, `the port must be a number from 1 to 65535`);
  }
  return value;
}

function bad(text: string, why: string): Error {
  const shown = JSON.stringify(text.slice(0, 200));
  return usageError('ssh-target', `${shown} is not a machine that SSH can reach: ${why}`, 'user@host:port');
}
