/** Exit codes of the command, as docs/cli.md lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  pending: 3,
  ghosts: 4,
  half: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What an error says beside its message; every part that is known should be given. */
export interface ErrorDetails {
  /** What was being tried, as a phrase: "attach a NIC to web1". */
  readonly attempted?: string;
  /** The other side's own words (libvirt, ssh, a guest's command), unaltered. */
  readonly seen?: string;
  /** Why that happens, when it is known. */
  readonly why?: string;
  /** What state things are in now. */
  readonly state?: string;
  /** The next command to type, or the next thing to do. */
  readonly next?: string;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/**
 * The one error class of hotnic. `code` is stable and meant for programs ("domain-not-found"); the message is for
 * people. `cause` is the error underneath, when there is one.
 */
export class HotnicError extends Error {
  override readonly name = 'HotnicError';
  readonly code: string;
  readonly details: ErrorDetails;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
    this.exitCode = details.exitCode ?? EXIT.failed;
  }
}

/** An error in what the user typed or configured: exit code 2, nothing was tried. */
export function usageError(code: string, message: string, next?: string): HotnicError {
  return new HotnicError(code, message, { exitCode: EXIT.usage, ...(next === undefined ? {} : { next }) });
}

/** True when `error` is a HotnicError, of the given code if one is given. */
export function isHotnicError(error: unknown, code?: string): error is HotnicError {
  return error instanceof HotnicError && (code === undefined || error.code === code);
}
