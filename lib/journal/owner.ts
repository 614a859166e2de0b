import { readFileSync } from 'node:fs';

/**
 * Names a process for good: boot of the machine and the process's start in clock ticks. A number alone may belong to
 * another process by now. Null when there is none of that number.
 */
export function processIdentity(pid: number | 'self'): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name is in parentheses and may hold anything; the start time is the 22nd field, 20th after it.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie runs nothing any more.
    return state === 'Z' || state === 'X' ? null : `${boot}:${fields[18] ?? ''}`;
  } catch {
    return null;
  }
}

/** Whether the process that began a run is still there. One of another PID namespace cannot be seen: it counts as gone. */
export function ownerLives(owner: { readonly pid: number; readonly process?: string | undefined }): boolean {
  return owner.process !== undefined && processIdentity(owner.pid) === owner.process;
}
