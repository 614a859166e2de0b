import { HotnicError } from '../errors/hotnic-error.js';
import { printable } from './printable.js';

/** The error for an answer of a guest that is not what was asked for; `seen` is quoted, made safe and cut short. */
export function malformed(what: string, seen: string, cause?: unknown): HotnicError {
  return new HotnicError('guest-probe-malformed', `The guest's answer makes no sense: ${what}`, {
    attempted: 'ask the guest about its hardware and network',
    seen: printable(seen, 200),
    why: 'a login script that prints or exits, a restricted shell, or a guest that is not what it should be',
    next: 'run "sh -c true" in the guest over the same channel; it must print nothing',
    ...(cause === undefined ? {} : { cause }),
  });
}
