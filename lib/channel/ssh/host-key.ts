import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { HotnicError } from '../../errors/hotnic-error.js';
import { hostKeyChanged, hostKeyRevoked, hostKeyUnknown, knownHostsMalformed } from './host-key-errors.js';
import { keyType, type KnownHost, type KnownHosts } from './known-hosts.js';

/** Where a host key is looked up and how the user would be told about it. */
export interface HostKeySubject {
  /** The name looked up: what is dialled, or HostKeyAlias where one is set. */
  readonly host: string;
  /** The name dialled. */
  readonly dial: string;
  readonly port: number;
  /** With HostKeyAlias the port plays no part, as in OpenSSH. */
  readonly aliased: boolean;
  readonly user: string;
  /** ProxyJump, for the commands in messages. */
  readonly jump?: string;
  /** Files that were read; the first is where a new key would go. */
  readonly files: readonly string[];
}

/** Checks one host's key against known_hosts, as `StrictHostKeyChecking yes` does. There is no weaker mode. */
export class HostKeyChecker {
  readonly #matching: readonly KnownHost[];
  readonly #portless: readonly KnownHost[];

  constructor(
    private readonly subject: HostKeySubject,
    private readonly known: KnownHosts,
  ) {
    const name = subject.aliased || subject.port === 22 ? subject.host : `[${subject.host}]:${subject.port}`;
    this.#matching = known.entries.filter((entry) => entry.matches(name));
    // OpenSSH accepts a key known for the bare name on any port, but does not call another one there "changed".
    this.#portless =
      name === subject.host ? [] : known.entries.filter((entry) => entry.matches(subject.host));
  }

  /**
   * Algorithms to offer: those of the keys that are known come first, so that a server with several keys shows one
   * that can be checked. RSA with SHA-1 is not offered.
   */
  algorithms(): ServerHostKeyAlgorithm[] {
    const trusted = [...this.#matching, ...this.#portless].filter((entry) => entry.marker === 'none');
    const known = trusted.flatMap((entry) => ALGORITHMS[entry.type] ?? []);
    return [...new Set([...known, ...Object.values(ALGORITHMS).flat()])];
  }

  /** Undefined when the key is known for the host, else the error that refuses it. */
  refusal(key: Buffer): HotnicError | undefined {
    const type = keyType(key);
    const shown = { type, fingerprint: fingerprint(key), key };
    const broken = this.known.problems.find((problem) => problem.revokes);
    if (broken !== undefined) {
      return knownHostsMalformed(this.subject, broken);
    }
    const same = (entry: KnownHost): boolean => entry.key.equals(key);
    const revoked = [...this.#matching, ...this.#portless].find(
      (one) => one.marker === 'revoked' && same(one),
    );
    if (revoked !== undefined) {
      return hostKeyRevoked(this.subject, shown, revoked);
    }
    const trusted = this.#matching.filter((entry) => entry.marker === 'none');
    if (trusted.some(same) || this.#portless.some((entry) => entry.marker === 'none' && same(entry))) {
      return undefined;
    }
    const changed = trusted.find((entry) => entry.type === type);
    return changed === undefined
      ? hostKeyUnknown(this.subject, shown, this.#matching, this.known.problems)
      : hostKeyChanged(this.subject, shown, changed);
  }
}

/** Host key algorithms for each key type that ssh2 can check, best first. */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** "SHA256:…" as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
