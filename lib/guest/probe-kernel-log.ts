import type { UnregisterWait } from './probe-types.js';

const WAIT = /unregister_netdevice: waiting for (\S{1,15}) to become free/;

/** The netdev named by "unregister_netdevice: waiting for X to become free"; null for any other line. */
export function unregisterWaitOf(line: string): string | null {
  return WAIT.exec(line)?.[1] ?? null;
}

/** The newest complaint about each netdev, in the order of the log. */
export function readUnregisterWaits(lines: readonly string[]): UnregisterWait[] {
  const newest = new Map<string, UnregisterWait>();
  for (const line of lines) {
    const netdev = unregisterWaitOf(line);
    if (netdev === null) continue;
    const time = /^(?:<\d{1,4}>)?\[\s*(\d{1,10}\.\d{1,6})\]/.exec(line);
    newest.set(netdev, { netdev, text: line, timeS: time ? Number(time[1]) : null });
  }
  return [...newest.values()];
}
