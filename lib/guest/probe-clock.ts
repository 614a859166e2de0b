import type { Facts } from './probe-facts.js';
import type { GuestClock } from './probe-types.js';
import { malformed } from './malformed.js';

/** This machine's clock around the probe, in ms since the epoch. */
export interface Bracket {
  readonly sentMs: number;
  readonly receivedMs: number;
}

/**
 * Sets the guest's clocks against this machine's. The guest reads its own first and last thing, so the time that the
 * script ran does not count: only the way there and back is uncertain. `btime` is the line of /proc/stat that tells
 * when the guest booted by its wall clock.
 */
export function readClock(begin: Facts, end: Facts, btime: string | undefined, host: Bracket): GuestClock {
  const first = reading(begin.one('clock-begin'));
  const last = reading(end.one('clock-end'));
  const lowest = host.sentMs - first.monotonicMs;
  const highest = host.receivedMs - last.monotonicMs;
  const monotonicToHostMs = (lowest + highest) / 2;
  const bootS = /^btime (\d{1,12})$/.exec(btime ?? '')?.[1];
  // btime is cut to whole seconds, so half of one is the best guess at what was cut.
  const epochMs = bootS === undefined ? null : Number(bootS) * 1000 + 500 + last.uptimeS * 1000;
  return {
    uptimeS: last.uptimeS,
    monotonicS: last.monotonicMs / 1000,
    epochMs,
    monotonicToHostMs,
    wallOffsetMs: epochMs === null ? null : epochMs - (last.monotonicMs + monotonicToHostMs),
    errorMs: Math.abs(highest - lowest) / 2 + last.resolutionMs,
  };
}

interface Reading {
  readonly uptimeS: number;
  readonly monotonicMs: number;
  /** /proc/uptime counts hundredths of a second, /proc/timer_list nanoseconds. */
  readonly resolutionMs: number;
}

function reading(text: string): Reading {
  const match = /^(\d{1,10}\.\d{2}) (\d{1,19})?$/.exec(text);
  if (!match) throw malformed('its clock cannot be read', text);
  const uptimeS = Number(match[1]);
  const precise = match[2];
  return precise === undefined
    ? { uptimeS, monotonicMs: uptimeS * 1000, resolutionMs: 10 }
    : { uptimeS, monotonicMs: Number(precise) / 1e6, resolutionMs: 0 };
}
