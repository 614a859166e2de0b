import type { SshEnvironment } from '../channel/index.js';
import type { CliContext } from './context.js';

/** What SSH needs to know about the person who runs hotnic. */
export function sshEnvironment({ env, home, user }: CliContext): SshEnvironment {
  const agentSocket = env['SSH_AUTH_SOCK'];
  return { home, user, ...(agentSocket === undefined ? {} : { agentSocket }) };
}
