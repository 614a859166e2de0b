import { ErrorCode, isLibvirtError, type Domain } from 'node-libvirt';
import type { AskAgent } from '../channel/index.js';
import { HotnicError } from '../errors/hotnic-error.js';
import { explainLibvirt } from './libvirt-error.js';

// libvirt gives up on the agent itself, a little before this end gives up on libvirt.
const MARGIN_MS = 2_000;

/** The guest agent of a running domain, reached through libvirt. Nothing is asked yet. */
export function agentOf(domain: Domain): AskAgent {
  return async (command, { timeoutMs, signal }) => {
    try {
      const { result } = await domain.connection.call(
        'qemuDomainAgentCommand',
        { dom: domain.ref, cmd: command, timeout: Math.ceil(timeoutMs / 1000), flags: 0 },
        { timeoutMs: timeoutMs + MARGIN_MS, signal },
      );
      return result ?? '';
    } catch (error) {
      signal?.throwIfAborted();
      throw explainAgent(error, domain.name);
    }
  };
}

function explainAgent(error: unknown, domain: string): Error {
  const attempted = `ask the guest agent of ${domain}`;
  if (!isLibvirtError(error)) return explainLibvirt(error, attempted);
  const seen = error.message;
  const details = { attempted, seen, cause: error };
  if (error.code === ErrorCode.AGENT_UNRESPONSIVE || error.code === ErrorCode.AGENT_COMMAND_TIMEOUT)
    return new HotnicError('guest-agent-silent', `the guest agent of ${domain} does not answer`, {
      ...details,
      why: 'it does not run in the guest, or the guest boots, hangs or is paused',
      next: 'start qemu-guest-agent in the guest, or reach it by SSH (--ssh)',
    });
  if (/agent is not configured/i.test(seen))
    return new HotnicError('guest-agent-missing', `${domain} has no channel for a guest agent`, {
      ...details,
      why: 'its definition has no <channel> with the target org.qemu.guest_agent.0',
      next: 'add one (it takes effect at the next start), or reach the guest by SSH (--ssh)',
    });
  const refused = /agent command '[\w-]{1,64}':? ?(.*)$/s.exec(seen);
  if (!refused) return explainLibvirt(error, attempted);
  return new HotnicError(
    'guest-agent-refused',
    `the guest agent of ${domain} refused: ${refused[1] ?? seen}`,
    {
      ...details,
      ...(/disabled|not been found|not allowed/i.test(seen)
        ? {
            why: 'the guest’s agent may not run commands: distributions block guest-exec and guest-file-* by default',
            next: 'allow them in the guest’s agent configuration (qemu-ga --allow-rpcs or --block-rpcs), or reach it by SSH (--ssh)',
          }
        : {}),
    },
  );
}
