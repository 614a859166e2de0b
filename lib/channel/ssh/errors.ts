import { HotnicError } from '../../errors/hotnic-error.js';

const UNREACHABLE: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'nothing answered: the machine is down, or a firewall drops the packets',
  EHOSTUNREACH: 'no machine answers at that address',
  ENETUNREACH: 'there is no route to that network',
  ENOTFOUND: 'the name is not known to DNS or /etc/hosts',
  EAI_AGAIN: 'the name server did not answer',
  EACCES: 'a firewall rule of this machine forbids it',
};

/** What a failed TCP connection means: `ssh-refused` or `ssh-unreachable`. */
export function socketError(
  label: string,
  error: Error & { code?: string; errors?: unknown[] },
): HotnicError {
  // With several addresses Node throws an AggregateError whose own message is empty.
  const [inner] = error.errors ?? [];
  const seen = error.message === '' && inner instanceof Error ? inner.message : error.message;
  const details = { attempted: `connect to ${label}`, seen, cause: error };
  if (error.code === 'ECONNREFUSED') {
    return new HotnicError('ssh-refused', `${label} refused the connection`, {
      ...details,
      why: 'the machine is there, but no SSH server listens on that port',
      next: 'check the port, and that sshd runs there',
    });
  }
  const why = UNREACHABLE[error.code ?? ''];
  return new HotnicError('ssh-unreachable', `${label} cannot be reached`, {
    ...details,
    ...(why === undefined ? {} : { why }),
    next: 'check the name, the route and the firewall',
  });
}

/** The hop's own sshd could not connect on to the next one. */
export function jumpError(label: string, via: string, error: Error): HotnicError {
  const refused = /refused/i.test(error.message);
  return new HotnicError(
    refused ? 'ssh-refused' : 'ssh-unreachable',
    `${label} cannot be reached from the jump host ${via}`,
    {
      attempted: `connect to ${label} through ${via}`,
      seen: error.message,
      why: /prohibited/i.test(error.message)
        ? `${via} does not allow forwarding (AllowTcpForwarding in its sshd_config)`
        : `${via} could not open the connection`,
      next: `try from ${via}: ssh ${label.replace(/:\d+$/, '')}`,
      cause: error,
    },
  );
}

/** The deadline for connecting passed; `stage` is how far it had come. */
export function connectTimeout(label: string, stage: string, ms: number): HotnicError {
  return new HotnicError('ssh-unreachable', `${label} was not connected within ${ms / 1000} s`, {
    attempted: `connect to ${label}`,
    why: `still ${stage} when the time was up`,
    next: 'check that the machine answers, or give it more time with --timeout',
  });
}

/** The two SSH programs do not understand each other, or the other side hung up during the handshake. */
export function protocolError(label: string, stage: string, seen: string, cause?: Error): HotnicError {
  return new HotnicError('ssh-protocol', `no SSH session with ${label} could be set up`, {
    attempted: `connect to ${label}`,
    seen,
    why: `it failed while ${stage}`,
    next: `compare with: ssh -v ${label.replace(/:\d+$/, '')}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** No key was accepted. `offered` and `notes` say what was tried and what was left out. */
export function authFailed(
  label: string,
  methods: readonly string[],
  offered: readonly string[],
  notes: readonly string[],
  seen: string,
): HotnicError {
  return new HotnicError('ssh-auth-failed', `${label} accepted none of the keys`, {
    attempted: `log in to ${label}; ${offered.length === 0 ? 'there was no key to offer' : `offered ${offered.join(', ')}`}`,
    seen,
    why: [...(methods.length === 0 ? [] : [`the server allows ${methods.join(', ')}`]), ...notes].join('; '),
    next:
      notes.find((note) => note.includes('ssh-add'))?.replace(/^.*\(([^)]*)\)$/s, '$1') ??
      `put a public key into authorized_keys of that user, or name its private key with --identity`,
  });
}

/** The connection is gone, and with it whatever ran on it. */
export function connectionLost(label: string, seen: string): HotnicError {
  return new HotnicError('ssh-closed', `the SSH connection to ${label} was lost`, {
    attempted: `keep the SSH connection to ${label}`,
    seen,
    state: 'commands that were running there may still run, or may have been ended by its sshd',
    next: 'run it again once the machine can be reached',
  });
}

/** The far side refused to open a socket. */
export function dialError(label: string, what: string, error: Error): HotnicError {
  const unsupported = /unknown channel type|streamlocal|not supported/i.test(error.message);
  return new HotnicError('ssh-dial', `${label} could not connect to ${what}`, {
    attempted: `connect to ${what} from ${label}`,
    seen: error.message,
    why: unsupported
      ? 'its SSH server cannot forward such sockets'
      : 'nothing listens there, this user may not use it, or sshd_config forbids forwarding (AllowStreamLocalForwarding, AllowTcpForwarding)',
    cause: error,
  });
}

/** Commands cannot be run: a forced command, or a login shell that refuses. */
export function noShell(label: string, seen: string): HotnicError {
  return new HotnicError('ssh-no-shell', `${label} does not run commands`, {
    attempted: `run a command on ${label}`,
    seen: seen.trim().slice(-2000),
    why: 'the account has a forced command, or a login shell that is not a POSIX shell',
    next: 'use an account with an ordinary shell',
  });
}

/** sudo would have asked for a password, or does not allow the command. */
export function sudoRefused(label: string, seen: string): HotnicError {
  return new HotnicError('sudo-refused', `sudo on ${label} refused the command`, {
    attempted: `become root on ${label} with sudo -n`,
    seen: seen.trim().slice(-2000),
    why: 'hotnic never types a password: sudo must allow the command with NOPASSWD',
    next: 'allow it in sudoers, or log in as root',
  });
}
