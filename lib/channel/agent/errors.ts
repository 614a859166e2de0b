import { HotnicError } from '../../errors/hotnic-error.js';

/** The guest agent did not answer any more while a command ran. */
export function guestAgentLost(label: string, cause: unknown): HotnicError {
  const seen = cause instanceof Error ? cause.message : String(cause);
  return new HotnicError('channel-lost', `${label} does not answer any more`, {
    seen,
    why: 'the guest reboots or hangs, or its agent was stopped',
    state: 'commands that ran in the guest may go on there',
    cause,
  });
}
