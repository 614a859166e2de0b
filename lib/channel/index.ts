/** Commands, files and line streams on this machine, over SSH and through a guest agent. Loading this module does not load ssh2. */
import type { AskAgent } from './agent/protocol.js';
import type { Channel } from './channel.js';
import type { SshChannel, SshEndpoint, SshOptions } from './ssh/endpoint.js';

export type * from './channel.js';
export type * from './ssh/endpoint.js';
export type { AskAgent, AskAgentOptions } from './agent/protocol.js';
export { localChannel, type LocalOptions } from './local.js';
export { quoteArgv } from './quote.js';
export { parseSshTarget, parseJumps } from './ssh/target.js';

/**
 * Opens one SSH connection (through jump hosts if there are any) on which commands, files, line streams and forwarded
 * sockets run. The host keys of all hops are checked against known_hosts and never accepted silently.
 * @throws HotnicError `ssh-refused`, `ssh-unreachable`, `ssh-auth-failed`, `ssh-protocol`, `host-key-unknown`,
 *   `host-key-changed`, `host-key-revoked`, `known-hosts-malformed`, `ssh-config` (usage); the abort reason.
 */
export async function sshChannel(endpoint: SshEndpoint, options: SshOptions): Promise<SshChannel> {
  const { openSshChannel } = await import('./ssh/open.js');
  return openSshChannel(endpoint, options);
}

/**
 * Commands, files and line streams through a guest's agent; `ask` hands one of its commands over. There are no events
 * in its protocol, so a running command is looked at again and again.
 */
export async function agentChannel(ask: AskAgent, label: string): Promise<Channel> {
  const { openAgentChannel } = await import('./agent/open.js');
  return openAgentChannel(ask, label);
}

/** A guest's agent answers and lets `agentChannel` run commands. Never throws but for the signal's own reason. */
export async function agentCanRun(ask: AskAgent, signal: AbortSignal): Promise<boolean> {
  return await (await import('./agent/can-run.js')).agentCanRun(ask, signal);
}
