import { ErrorCode } from '../constants/error-code.js';
import { AuthenticationError } from '../errors/authentication-error.js';
import { isLibvirtError } from '../errors/predicates.js';
import { AuthType } from '../protocol/program.js';
import { procedures } from '../protocol/procedures.js';
import type { RpcClient } from '../rpc/client.js';
import type { CallOptions } from '../rpc/call-options.js';

/**
 * Passes the daemon's authentication: none where it offers that, else polkit.
 * @throws AuthenticationError naming the mechanism when polkit refuses or only others are offered.
 */
export async function authenticate(client: RpcClient, options: CallOptions): Promise<void> {
  const { types } = await client.call('authList', procedures.authList, {}, options);
  if (types.length === 0 || types.includes(AuthType.none)) return;
  if (types.includes(AuthType.polkit)) {
    await polkit(client, options);
    return;
  }
  const names = types.map((type) => (type === AuthType.sasl ? 'sasl' : `mechanism ${type}`)).join(', ');
  throw new AuthenticationError(
    names,
    `the libvirt daemon asks for authentication by ${names}, which this client does not speak; it knows none and polkit`,
  );
}

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
