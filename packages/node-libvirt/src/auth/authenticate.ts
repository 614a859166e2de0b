import { ErrorCode } from '../generated/constants/error-code.js';
import { AuthenticationError } from '../errors/authentication-error.js';
import { isLibvirtError } from '../errors/predicates.js';
import { AuthType } from '../protocol/program.js';
import { procedures } from '../protocol/procedures.js';
import type { RpcClient } from '../rpc/client.js';
import type { CallOptions } from '../rpc/call-options.js';
import type { SaslOptions } from './sasl.js';

/** What a login is done with. */
export interface AuthOptions extends Omit<SaslOptions, 'mechanism'> {
  /** `auth=` of the URI: "none", "polkit", "sasl", "sasl.scram-sha-256". */
  readonly auth: string | undefined;
}

/**
 * Passes the daemon's authentication: none where it offers that, else polkit, else SASL.
 * @throws AuthenticationError naming the mechanism when the daemon refuses, or offers only others.
 */
export async function authenticate(
  client: RpcClient,
  options: AuthOptions,
  call: CallOptions,
): Promise<void> {
  const { types } = await client.call('authList', procedures.authList, {}, call);
  const [wanted, mechanism] = (options.auth ?? '').split('.', 2);
  const offered = (type: number, name: string): boolean =>
    types.includes(type) && (wanted === '' || wanted === name);
  if (types.length === 0 || offered(AuthType.none, 'none')) return;
  if (offered(AuthType.polkit, 'polkit')) await polkit(client, call);
  else if (offered(AuthType.sasl, 'sasl')) {
    // Brings node:crypto, which most connections do without.
    const { sasl } = await import('./sasl.js');
    await sasl(client, { ...options, mechanism }, call);
  } else throw notSpoken(types, wanted ?? '');
}

function notSpoken(types: readonly number[], wanted: string): AuthenticationError {
  const names = types.map((type) => NAMES.get(type) ?? `mechanism ${type}`).join(', ');
  const knows =
    wanted === '' ? 'this client speaks none, polkit and sasl' : `the URI asks for ${wanted} (auth=)`;
  return new AuthenticationError(
    names,
    `the libvirt daemon asks for authentication by ${names}; ${knows}`,
    undefined,
    'unsupported',
  );
}

const NAMES = new Map<number, string>(Object.entries(AuthType).map(([name, type]) => [type, name]));

async function polkit(client: RpcClient, options: CallOptions): Promise<void> {
  try {
    await client.call('authPolkit', procedures.authPolkit, {}, options);
  } catch (cause) {
    if (!REFUSALS.some((code) => isLibvirtError(cause, code))) throw cause;
    const said = cause instanceof Error ? cause.message : '';
    throw new AuthenticationError(
      'polkit',
      `polkit does not let this user manage libvirt (${said}); run as root, or as a member of the group libvirt`,
      cause,
    );
  }
}

const REFUSALS = [ErrorCode.AUTH_FAILED, ErrorCode.AUTH_CANCELLED, ErrorCode.AUTH_UNAVAILABLE];
