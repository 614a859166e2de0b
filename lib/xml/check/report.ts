import { usageError } from '../../errors/hotnic-error.js';

/** One thing that is wrong with what was asked for. */
export interface Problem {
  readonly code: string;
  readonly problem: string;
  /** What to type instead. */
  readonly next: string;
}

/** Notes a problem; the checks go on, so that all problems are told at once. */
export type Say = (code: string, problem: string, next: string) => void;

/**
 * Runs checks and returns their result, or throws all their problems at once.
 * @throws HotnicError (exit 2) with the code of the first problem
 */
export function collected<T>(check: (say: Say) => T): T {
  const problems: Problem[] = [];
  const result = check((code, problem, next) => {
    problems.push({ code, problem, next });
  });
  const [first] = problems;
  if (!first) return result;
  const unique = (texts: readonly string[]) => [...new Set(texts)].join('; ');
  throw usageError(
    first.code,
    unique(problems.map((one) => one.problem)),
    unique(problems.map((one) => one.next)),
  );
}

/** A value as it can be shown in one line: quoted, without control characters, cut at 60 characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value : String(value));
  // JSON leaves DEL and the C1 controls as they are; a terminal obeys some of them.
  const plain = text.replace(/[\u007f-\u009f]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
  return plain.length > 60 ? `${plain.slice(0, 59)}…"` : plain;
}

/** The same object without the keys that are undefined; undefined when none is left. */
export function defined<T extends object>(of: T): T | undefined {
  const entries = Object.entries(of).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}
