import { ErrorCode } from '../generated/constants/error-code.js';
import { AuthenticationError } from '../errors/authentication-error.js';
import { isLibvirtError } from '../errors/predicates.js';
import { procedures } from '../protocol/procedures.js';
import type { RpcClient } from '../rpc/client.js';
import type { CallOptions } from '../rpc/call-options.js';
import type { CredentialsSource } from './credentials.js';
import { MECHANISMS, startMechanism, type MechanismName, type SaslMechanism } from './mechanism.js';

/** More exchanges than any mechanism here has. */
const MAX_STEPS = 8;

/** What SASL is done with. */
export interface SaslOptions {
  /** "SCRAM-SHA-256": the only one to use (`auth=sasl.scram-sha-256` of the URI). */
  readonly mechanism: string | undefined;
  /** The host in the URI, or "localhost". */
  readonly host: string;
  /** True where nobody can read along: a unix socket, TLS, SSH. PLAIN is used only then. */
  readonly secure: boolean;
  readonly credentials: CredentialsSource;
}

/**
 * Logs in by SASL.
 * @throws AuthenticationError `unsupported`, naming what the daemon offers; `no-credentials`; `wrong-password`;
 *   `server-unproved` when the other side does not know the password.
 */
export async function sasl(client: RpcClient, options: SaslOptions, call: CallOptions): Promise<void> {
  const { mechlist } = await client.call('authSaslInit', procedures.authSaslInit, {}, call);
  const name = choose(mechlist, options);
  const request = { service: 'libvirt', mechanism: name, host: options.host, username: null } as const;
  const credentials = await options.credentials(request, call.signal ?? new AbortController().signal);
  if (credentials?.username === undefined) {
    throw new AuthenticationError(
      name,
      `the libvirt daemon asks for a name and a password (${name}); give connect() a credentials callback, or write them into auth.conf under [auth-libvirt-${options.host}]`,
      undefined,
      'no-credentials',
    );
  }
  try {
    await exchange(client, name, startMechanism(name, credentials), call);
  } catch (cause) {
    if (!isLibvirtError(cause, ErrorCode.AUTH_FAILED)) throw cause;
    throw new AuthenticationError(
      name,
      `the libvirt daemon does not accept this name and password for ${JSON.stringify(credentials.username)} (${cause.message}); its users are listed by sasldblistusers2 on that machine`,
      cause,
      'wrong-password',
    );
  }
}

function choose(offered: string, { mechanism, secure }: SaslOptions): MechanismName {
  const names = offered.split(/[\s,]+/).filter((name) => name !== '');
  const wanted = mechanism?.toUpperCase();
  const usable = MECHANISMS.filter(
    (name) => names.includes(name) && (wanted === undefined || name === wanted),
  );
  const chosen = usable.find((name) => name !== 'PLAIN' || secure);
  if (chosen !== undefined) return chosen;
  const shown = names.join(', ').slice(0, 300);
  const why = usable.includes('PLAIN')
    ? 'PLAIN would show the password to everybody on the way; use TLS, SSH or a unix socket'
    : `this client speaks ${MECHANISMS.join(', ')}${wanted === undefined ? '' : ` and was told to use ${wanted}`}`;
  throw new AuthenticationError(
    shown === '' ? 'sasl' : shown,
    `the libvirt daemon offers ${shown === '' ? 'no SASL mechanism' : `SASL by ${shown}`}; ${why}`,
    undefined,
    'unsupported',
  );
}

interface Said {
  readonly complete: number;
  readonly nil: number;
  readonly data: Uint8Array;
}

async function exchange(
  client: RpcClient,
  mech: string,
  run: SaslMechanism,
  call: CallOptions,
): Promise<void> {
  const start = { mech, nil: 0, data: run.first() };
  let said: Said = await client.call('authSaslStart', procedures.authSaslStart, start, call);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const answer = said.nil === 1 && said.complete === 1 ? null : await run.next(Buffer.from(said.data));
    if (said.complete === 1) {
      if (run.done) return;
      break;
    }
    const args = { nil: answer === null ? 1 : 0, data: answer ?? Buffer.alloc(0) };
    said = await client.call('authSaslStep', procedures.authSaslStep, args, call);
  }
  const why = 'the other side ended the login without having proved that it knows the password';
  throw new AuthenticationError(mech, why, undefined, 'server-unproved');
}
