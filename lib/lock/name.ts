import { createHash } from 'node:crypto';

/**
 * The name of a lock in Linux's abstract socket namespace (unix(7)): it exists as long as the process that holds it,
 * and has no file that could be left behind. Hashed, because such a name has room for 107 bytes.
 */
export function lockName(...parts: readonly string[]): string {
  const sum = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `\0hotnic/1/${sum.slice(0, 40)}`;
}
