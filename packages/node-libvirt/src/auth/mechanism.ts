import { AuthenticationError } from '../errors/authentication-error.js';
import type { Credentials } from './credentials.js';
import { scram } from './scram.js';

/** One run of a SASL mechanism. */
export interface SaslMechanism {
  /** What is sent with the mechanism's name. */
  first(): Buffer;
  /** The answer to what the server said; null when nothing is left to say. Rejects when the server is not believed. */
  next(challenge: Buffer): Promise<Buffer | null>;
  /** True once this side is content: where the mechanism makes the server prove itself, it has. */
  readonly done: boolean;
}

/** Mechanisms this client speaks, the best first. */
export const MECHANISMS = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const;
export type MechanismName = (typeof MECHANISMS)[number];

/** Starts a mechanism. */
export function startMechanism(name: MechanismName, credentials: Credentials): SaslMechanism {
  switch (name) {
    case 'SCRAM-SHA-512':
      return scram('sha512', credentials);
    case 'SCRAM-SHA-256':
      return scram('sha256', credentials);
    case 'SCRAM-SHA-1':
      return scram('sha1', credentials);
    case 'PLAIN':
      return plain(credentials);
  }
}

/** The password as it is (RFC 4616); only where nobody can read along. */
function plain({ username = '', password }: Credentials): SaslMechanism {
  if (`${username}${password}`.includes('\0')) {
    throw new AuthenticationError('PLAIN', 'a name or password for PLAIN cannot contain a NUL character');
  }
  return {
    first: () => Buffer.from(`\0${username}\0${password}`),
    next: () => Promise.resolve(null),
    done: true,
  };
}
