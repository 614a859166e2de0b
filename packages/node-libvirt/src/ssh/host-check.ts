import { appendFile } from 'node:fs/promises';
import { SshError } from '../errors/ssh-error.js';
import { fingerprint, HostKeys, hostName, keyType, readKnownHosts } from '../known-hosts/index.js';
import type { HostKeyAlgorithm } from '../known-hosts/index.js';
import type { SshOptions } from './options.js';

/** Judges the key that a server shows. */
export interface HostCheck {
  readonly algorithms: readonly HostKeyAlgorithm[];
  /** True when the connection may go on. Takes the key in SSH wire form. */
  accept(key: Buffer): boolean;
  /** Why it may not. */
  readonly refusal: SshError | null;
  /** With known_hosts_verify=auto: writes a key down that was accepted unseen. */
  remember(): Promise<void>;
}

/** Reads known_hosts for a host. Strict: an unknown key is refused unless the URI says otherwise. */
export async function hostCheck(options: SshOptions): Promise<HostCheck> {
  const keys = new HostKeys(options, await readKnownHosts(options.knownHosts));
  const name = hostName(options);
  let refusal: SshError | null = null;
  let added: Buffer | null = null;
  return {
    algorithms: keys.algorithms(),
    get refusal() {
      return refusal;
    },
    accept(key) {
      if (options.hostKeys === 'ignore') return true;
      const finding = keys.judge(key);
      if (finding.kind === 'known') return true;
      if (finding.kind === 'unknown' && options.hostKeys === 'auto') {
        added = key;
        return true;
      }
      refusal = refuse(options, name, key, finding);
      return false;
    },
    async remember() {
      const [file] = options.knownHosts;
      if (added === null || file === undefined) return;
      await appendFile(file, `${name} ${keyType(added)} ${added.toString('base64')}\n`, { mode: 0o600 });
    },
  };
}

type Refused = Exclude<ReturnType<HostKeys['judge']>, { kind: 'known' }>;

function refuse(options: SshOptions, name: string, key: Buffer, finding: Refused): SshError {
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  switch (finding.kind) {
    case 'unknown':
      return new SshError(
        'host-key-unknown',
        name,
        `the SSH host key of ${name} is not known (${shown}; ${options.knownHosts.join(', ')}): compare it with the machine's own, then accept it with ssh`,
      );
    case 'changed':
      return new SshError(
        'host-key-changed',
        name,
        `the SSH host key of ${name} is not the one that ${place(finding.line)} knows (${shown}): the machine was reinstalled, or this is not that machine; ssh-keygen -R forgets the old key`,
      );
    case 'revoked':
      return new SshError(
        'host-key-revoked',
        name,
        `the SSH host key of ${name} (${shown}) is revoked by ${place(finding.line)}; give the machine a new one`,
      );
    case 'undecidable':
      return new SshError(
        'known-hosts',
        name,
        `${place(finding.problem)} revokes a key and cannot be read (${finding.problem.why}), so no key is trusted; mend or remove it`,
      );
  }
}

function place({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}
