import { hostName, type KnownHost, type KnownHostsProblem } from 'node-libvirt/known-hosts';
import { HotnicError } from '../../errors/hotnic-error.js';
import { quoteArgv } from '../quote.js';
import type { HostKeySubject } from './host-key.js';

/** The key that a server showed. */
export interface ShownKey {
  readonly type: string;
  readonly fingerprint: string;
}

/** No file says anything about this host and key. */
export function hostKeyUnknown(
  subject: HostKeySubject,
  shown: ShownKey,
  matching: readonly KnownHost[],
  problems: readonly KnownHostsProblem[],
): HotnicError {
  const others = matching.filter((entry) => entry.marker === 'none');
  const authority = matching.find((entry) => entry.marker === 'cert-authority');
  const reasons = [
    others.length === 0
      ? `none of ${subject.files.join(', ')} knows this host`
      : `only other kinds of key are known: ${others.map((one) => `${one.type} (${place(one)})`).join(', ')}`,
    ...(authority === undefined
      ? []
      : [`the @cert-authority line ${place(authority)} is not used: host certificates are not supported`]),
    ...problems.slice(0, 3).map((problem) => `${place(problem)} was not understood: ${problem.why}`),
  ];
  return new HotnicError('host-key-unknown', `the host key of ${hostName(subject)} is not known`, {
    ...seen(subject, shown),
    why: reasons.join('; '),
    next: `compare the fingerprint with the machine's own (ssh-keygen -lf on its console), then: ${acceptCommand(subject)}`,
  });
}

/** Another key of the same type is known: the machine was rebuilt, or somebody sits in between. */
export function hostKeyChanged(subject: HostKeySubject, shown: ShownKey, known: KnownHost): HotnicError {
  const remove = quoteArgv(['ssh-keygen', '-f', known.file, '-R', hostName(subject)]);
  return new HotnicError('host-key-changed', `the host key of ${hostName(subject)} has changed`, {
    ...seen(subject, shown),
    why: `${place(known)} has another ${known.type} key: the machine was reinstalled, or this is not that machine`,
    next: `only if the new fingerprint is the machine's own: ${remove}, then: ${acceptCommand(subject)}`,
  });
}

/** The key is marked as one that must not be trusted. */
export function hostKeyRevoked(subject: HostKeySubject, shown: ShownKey, line: KnownHost): HotnicError {
  return new HotnicError('host-key-revoked', `the host key of ${hostName(subject)} is revoked`, {
    ...seen(subject, shown),
    why: `${place(line)} marks it @revoked`,
    next: 'do not connect; give the machine a new host key',
  });
}

/** A line that revokes something cannot be read, so no key can be called good. */
export function knownHostsMalformed(subject: HostKeySubject, problem: KnownHostsProblem): HotnicError {
  return new HotnicError('known-hosts-malformed', `a @revoked line of known_hosts cannot be read`, {
    attempted: `check the host key of ${hostName(subject)}`,
    why: `${place(problem)}: ${problem.why}; which key it revokes is not known, so none is trusted`,
    next: `mend or remove ${place(problem)}`,
  });
}

function seen(subject: HostKeySubject, shown: ShownKey): { attempted: string; seen: string } {
  return {
    attempted: `check the host key of ${hostName(subject)}`,
    seen: `${shown.type} ${shown.fingerprint}`,
  };
}

function place(one: { readonly file: string; readonly line: number }): string {
  return `${one.file}:${one.line}`;
}

/** OpenSSH asks and shows the fingerprint; ssh-keyscan would accept whatever answers. */
function acceptCommand(subject: HostKeySubject): string {
  const port = subject.port === 22 ? [] : ['-p', String(subject.port)];
  const jump = subject.jump === undefined ? [] : ['-J', subject.jump];
  const alias = subject.aliased ? ['-o', `HostKeyAlias=${subject.host}`] : [];
  const [file] = subject.files;
  const into = file === undefined ? [] : ['-o', `UserKnownHostsFile=${file}`];
  return quoteArgv(['ssh', ...into, ...alias, ...port, ...jump, `${subject.user}@${subject.dial}`, 'true']);
}
