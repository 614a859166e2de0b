import { isHotnicError } from '../errors/hotnic-error.js';
import { printableLines } from './printable-lines.js';

/**
 * An error as a person reads it: what was tried, what was seen, why, how things stand now, what to type next. Words of
 * a guest may be in it, so no control character gets through.
 */
export function errorText(error: unknown, verbose = false): string {
  return printableLines(textOf(error, verbose));
}

function textOf(error: unknown, verbose: boolean): string {
  if (!isHotnicError(error))
    return `hotnic: ${error instanceof Error ? (verbose ? (error.stack ?? error.message) : error.message) : String(error)}`;
  const { why, state, next, seen } = error.details;
  const lines = [`hotnic: ${error.message}`];
  if (seen !== undefined && !error.message.includes(seen)) lines.push(`  seen:  ${seen}`);
  if (why !== undefined) lines.push(`  why:   ${why}`);
  if (state !== undefined) lines.push(`  state: ${state}`);
  if (next !== undefined) lines.push(`  next:  ${next}`);
  if (verbose && error.cause instanceof Error)
    lines.push(`  cause: ${error.cause.stack ?? error.cause.message}`);
  return lines.join('\n');
}

/** The same for programs; its schema is `hotnic.error/1`. */
export function errorDocument(error: unknown): object {
  if (!isHotnicError(error))
    return {
      code: 'internal',
      message: error instanceof Error ? error.message : String(error),
    };
  const { why, state, next, seen, attempted } = error.details;
  return {
    code: error.code,
    message: error.message,
    attempted,
    seen,
    why,
    state,
    next,
  };
}
