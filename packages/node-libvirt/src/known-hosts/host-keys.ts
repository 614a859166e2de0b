import { createHash } from 'node:crypto';
import { keyType, type KnownHost, type KnownHosts, type KnownHostsProblem } from './parse.js';

/** Under which name a server's key is looked up. */
export interface HostKeyPlace {
  /** What is dialled, or the alias under which the key is kept. */
  readonly host: string;
  readonly port: number;
  /** With an alias (HostKeyAlias) the port plays no part, as in OpenSSH. */
  readonly aliased?: boolean | undefined;
}

/** What known_hosts says about a key that a server showed. */
export type HostKeyFinding =
  | { readonly kind: 'known' }
  /** A line marks this very key as one that must not be trusted. */
  | { readonly kind: 'revoked'; readonly line: KnownHost }
  /** Another key of the same type is known: the machine was reinstalled, or somebody sits in between. */
  | { readonly kind: 'changed'; readonly line: KnownHost }
  /** Nothing is said of it; `matching` are the lines that speak of the host. */
  | {
      readonly kind: 'unknown';
      readonly matching: readonly KnownHost[];
      readonly problems: readonly KnownHostsProblem[];
    }
  /** A @revoked line cannot be read: which key it refuses is not known, so none is trusted. */
  | { readonly kind: 'undecidable'; readonly problem: KnownHostsProblem };

/** Signatures that prove a host key. */
export type HostKeyAlgorithm =
  | 'ssh-ed25519'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'rsa-sha2-512'
  | 'rsa-sha2-256';

/** What is known of one host's keys. */
export class HostKeys {
  readonly #known: KnownHosts;
  readonly #matching: readonly KnownHost[];
  readonly #portless: readonly KnownHost[];

  constructor(place: HostKeyPlace, known: KnownHosts) {
    this.#known = known;
    const name = hostName(place);
    this.#matching = known.entries.filter((entry) => entry.matches(name));
    // OpenSSH accepts a key known for the bare name on any port, but does not call another one there "changed".
    this.#portless = name === place.host ? [] : known.entries.filter((entry) => entry.matches(place.host));
  }

  /**
   * Host key algorithms to offer: those of the keys that are known come first, so that a server with several keys shows
   * one that can be checked. RSA with SHA-1 is not offered.
   */
  algorithms(): readonly HostKeyAlgorithm[] {
    const types = [...trusted(this.#matching), ...trusted(this.#portless)].map(({ type }) => type);
    const known = types.flatMap((type) => ALGORITHMS[type] ?? []);
    return [...new Set([...known, ...Object.values(ALGORITHMS).flat()])];
  }

  /** Judges a key in SSH wire form. */
  judge(key: Buffer): HostKeyFinding {
    const problem = this.#known.problems.find(({ revokes }) => revokes);
    if (problem !== undefined) return { kind: 'undecidable', problem };
    const same = (entry: KnownHost): boolean => entry.key.equals(key);
    const all = [...this.#matching, ...this.#portless];
    const revoked = all.find((entry) => entry.marker === 'revoked' && same(entry));
    if (revoked !== undefined) return { kind: 'revoked', line: revoked };
    if (trusted(all).some(same)) return { kind: 'known' };
    const changed = trusted(this.#matching).find(({ type }) => type === keyType(key));
    if (changed !== undefined) return { kind: 'changed', line: changed };
    return { kind: 'unknown', matching: this.#matching, problems: this.#known.problems };
  }
}

/** The host as known_hosts names it: "[web1]:2222", without brackets on port 22. */
export function hostName({ host, port, aliased = false }: HostKeyPlace): string {
  return aliased || port === 22 ? host : `[${host}]:${port}`;
}

function trusted(entries: readonly KnownHost[]): KnownHost[] {
  return entries.filter(({ marker }) => marker === 'none');
}

/** "SHA256:…" as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Host key algorithms for each key type, best first. */
const ALGORITHMS: Readonly<Record<string, readonly HostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};
