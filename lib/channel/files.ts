import { HotnicError } from '../errors/hotnic-error.js';

/** A file is longer than the reader wants to take. */
export function fileLimit(label: string, path: string, limit: number): HotnicError {
  return new HotnicError('file-limit', `${path} on ${label} is longer than ${limit} bytes`, {
    attempted: `read ${path} on ${label}`,
  });
}

/** The deadline passed. */
export function fileTimeout(verb: 'read' | 'write', label: string, path: string, ms: number): HotnicError {
  return new HotnicError(
    'file-timeout',
    `${path} on ${label} could not be ${done(verb)} within ${ms / 1000} s`,
    {
      attempted: `${verb} ${path} on ${label}`,
    },
  );
}

/**
 * What a failed file access means: `file-not-found`, `file-denied`, else `file-failed`. HotnicErrors and abort reasons
 * pass unchanged.
 */
export function fileError(verb: 'read' | 'write', label: string, path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) {
    return error;
  }
  return fileFailure(verb, label, path, error.message, error);
}

/** The same from the words of a command that ran in the C locale, or from an error's message. */
export function fileFailure(
  verb: 'read' | 'write',
  label: string,
  path: string,
  seen: string,
  cause?: unknown,
): HotnicError {
  const details = {
    attempted: `${verb} ${path} on ${label}`,
    seen: seen.trim(),
    ...(cause === undefined ? {} : { cause }),
  };
  // The second and third are what dash and busybox say when a redirection's folder is missing.
  if (/no such file or directory|directory nonexistent|nonexistent directory/i.test(seen)) {
    return new HotnicError('file-not-found', `there is no ${path} on ${label}`, details);
  }
  if (/permission denied|operation not permitted/i.test(seen)) {
    return new HotnicError(
      'file-denied',
      `${path} on ${label} may not be ${done(verb)} by this user`,
      details,
    );
  }
  return new HotnicError('file-failed', `${path} on ${label} could not be ${done(verb)}`, details);
}

function done(verb: 'read' | 'write'): string {
  return verb === 'read' ? 'read' : 'written';
}
