import { HotnicError } from '../../errors/hotnic-error.js';
import { quoteArgv } from '../quote.js';

/** A command as a person would type it, shortened: scripts in arguments can be pages long. */
export function nameOf(argv: readonly string[]): string {
  const text = quoteArgv(argv).replaceAll(/\s+/g, ' ');
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** The deadline passed; `seen` is what the command had said on stderr. */
export function commandTimeout(
  label: string,
  argv: readonly string[],
  ms: number,
  seen: string,
): HotnicError {
  return new HotnicError('command-timeout', `${nameOf(argv)} on ${label} did not end within ${ms / 1000} s`, {
    attempted: `run ${nameOf(argv)} on ${label}`,
    ...(seen === '' ? {} : { seen: seen.slice(-2000) }),
    state: 'the command was killed',
  });
}

/** More output than was asked for. */
export function outputLimit(
  label: string,
  argv: readonly string[],
  bytes: number,
  stream: string,
): HotnicError {
  return new HotnicError(
    'command-output-limit',
    `${nameOf(argv)} on ${label} wrote more than ${bytes} bytes to ${stream}`,
    { attempted: `run ${nameOf(argv)} on ${label}`, state: 'the command was killed' },
  );
}

/** There is no such command on that machine. */
export function commandNotFound(label: string, argv: readonly string[], seen?: string): HotnicError {
  return new HotnicError('command-not-found', `there is no command ${nameOf(argv.slice(0, 1))} on ${label}`, {
    attempted: `run ${nameOf(argv)} on ${label}`,
    ...(seen === undefined ? {} : { seen }),
    next: `install the package that holds ${nameOf(argv.slice(0, 1))} on ${label}`,
  });
}

/** The channel was closed by this side. */
export function channelClosed(label: string): HotnicError {
  return new HotnicError('channel-closed', `the channel to ${label} is closed`);
}
