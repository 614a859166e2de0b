import { createHmac } from 'node:crypto';

/** The first field of a known_hosts line: does it speak of a host? Names are matched without regard to case. */
export type HostPattern = (name: string) => boolean;

/**
 * Reads a host field of known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): one hashed name, or a comma list with `*`,
 * `?` and `!`. Undefined when it is neither.
 */
export function parseHostPattern(field: string): HostPattern | undefined {
  if (field.startsWith('|')) {
    return hashedPattern(field);
  }
  const patterns = field.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern === '' || pattern === '!')) {
    return undefined;
  }
  const refused = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  return (name) => {
    const host = name.toLowerCase();
    // A match of a negated pattern rules the whole line out, wherever it stands.
    return !refused.some((one) => globMatch(one, host)) && wanted.some((one) => globMatch(one, host));
  };
}

/** `|1|base64 salt|base64 HMAC-SHA1 of the name with the salt as key`: OpenSSH's HashKnownHosts. */
function hashedPattern(field: string): HostPattern | undefined {
  const match = /^\|1\|([A-Za-z0-9+/]{27}=)\|([A-Za-z0-9+/]{27}=)$/.exec(field);
  const [, salt, hash] = match ?? [];
  if (salt === undefined || hash === undefined) {
    return undefined;
  }
  const key = Buffer.from(salt, 'base64');
  return (name) => createHmac('sha1', key).update(name.toLowerCase()).digest('base64') === hash;
}

/** `*` and `?` over a whole name, by backing up to the last star only: no pattern makes it slow. */
export function globMatch(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let i = 0;
  while (i < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      retry = i;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[i])) {
      at++;
      i++;
    } else if (star !== -1) {
      at = star + 1;
      i = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') {
    at++;
  }
  return at === pattern.length;
}
