import { parseHostPattern, type HostPattern } from './host-pattern.js';

/** One line of known_hosts that was understood. */
export interface KnownHost {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  readonly matches: HostPattern;
  /** "ssh-ed25519" and the like, as in the key itself. */
  readonly type: string;
  /** The public key in SSH wire form. */
  readonly key: Buffer;
}

/** A line that was not understood, and so proves nothing. */
export interface KnownHostsProblem {
  readonly file: string;
  readonly line: number;
  readonly why: string;
  /** A line that would have refused a key: what it meant to refuse is unknown. */
  readonly revokes: boolean;
}

export interface KnownHosts {
  readonly entries: readonly KnownHost[];
  readonly problems: readonly KnownHostsProblem[];
}

/** Reads the text of a known_hosts file (sshd(8)). Never throws: what is not understood becomes a problem. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const entries: KnownHost[] = [];
  const problems: KnownHostsProblem[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) {
      return;
    }
    const entry = parseLine(line);
    const place = { file, line: index + 1 };
    if (typeof entry === 'string') {
      problems.push({ ...place, why: entry, revokes: /^@revoked\b/i.test(line) });
    } else {
      entries.push({ ...place, ...entry });
    }
  });
  return { entries, problems };
}

function parseLine(line: string): Omit<KnownHost, 'file' | 'line'> | string {
  const fields = line.split(/[ \t]+/);
  const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') {
    return `the marker ${JSON.stringify(marker)} is not known`;
  }
  const [host = '', type, base64] = fields;
  if (type === undefined || base64 === undefined) {
    return 'it has fewer than three fields';
  }
  const matches = parseHostPattern(host);
  if (matches === undefined) {
    return 'its host field is malformed';
  }
  const key = decodeKey(base64);
  if (key === undefined || keyType(key) !== type) {
    return `its key is not a valid ${JSON.stringify(type)} key`;
  }
  return {
    marker: marker === undefined ? 'none' : marker === '@revoked' ? 'revoked' : 'cert-authority',
    matches,
    type,
    key,
  };
}

function decodeKey(base64: string): Buffer | undefined {
  const key = Buffer.from(base64, 'base64');
  // Buffer.from skips what is no base64; a key that does not read back is not the key that was written.
  return key.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '') ? key : undefined;
}

/** The type that a public key in wire form names itself (RFC 4253, 6.6: a string comes first), or "". */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return length > 0 && length <= 64 && key.length > 4 + length ? key.toString('latin1', 4, 4 + length) : '';
}
