import { fingerprint, HostKeys, keyType, type KnownHosts } from 'node-libvirt/known-hosts';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { HotnicError } from '../../errors/hotnic-error.js';
import { hostKeyChanged, hostKeyRevoked, hostKeyUnknown, knownHostsMalformed } from './host-key-errors.js';

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
  readonly #keys: HostKeys;

  constructor(
    private readonly subject: HostKeySubject,
    known: KnownHosts,
  ) {
    this.#keys = new HostKeys(subject, known);
  }

  /**
   * Algorithms to offer: those of the keys that are known come first, so that a server with several keys shows one
   * that can be checked. RSA with SHA-1 is not offered.
   */
  algorithms(): ServerHostKeyAlgorithm[] {
    return [...this.#keys.algorithms()];
  }

  /** Undefined when the key is known for the host, else the error that refuses it. */
  refusal(key: Buffer): HotnicError | undefined {
    const shown = { type: keyType(key), fingerprint: fingerprint(key) };
    const finding = this.#keys.judge(key);
    switch (finding.kind) {
      case 'known':
        return undefined;
      case 'revoked':
        return hostKeyRevoked(this.subject, shown, finding.line);
      case 'changed':
        return hostKeyChanged(this.subject, shown, finding.line);
      case 'unknown':
        return hostKeyUnknown(this.subject, shown, finding.matching, finding.problems);
      case 'undecidable':
        return knownHostsMalformed(this.subject, finding.problem);
    }
  }
}
