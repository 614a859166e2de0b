import { randomUUID } from 'node:crypto';
import type { Channel } from '../channel/channel.js';
import { HotnicError } from '../errors/hotnic-error.js';
import { guestShell } from './guest-shell.js';
import { printable } from './printable.js';
import type { GuestProbe } from './probe-types.js';
import { RunningWatch } from './running-watch.js';
import { WATCH_SCRIPT } from './watch-script.js';
import type { GuestWatch } from './watch-types.js';

export interface WatchOptions {
  /** A fresh probe: it says what the guest can do, and sets the clocks. */
  readonly probe: GuestProbe;
  /** Ends the start; a watch that runs is ended with `close`. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the streams must be known to run. Default 15,000. */
  readonly timeoutMs?: number;
}

/**
 * Starts the streams of a guest in one channel and resolves when they are *known to be running*: an event made for
 * the purpose has come back through kernel and udev, and a line of ours through the kernel log. Guests without
 * udevadm are watched by looking at sysfs every 0.2 s.
 * @throws HotnicError `guest-watch-failed`; the channel's own errors; the abort reason
 */
export async function watchGuest(channel: Channel, options: WatchOptions): Promise<GuestWatch> {
  const deadline = performance.now() + (options.timeoutMs ?? 15_000);
  const modes = options.probe.userland.udevadm ? (['udev', 'sysfs'] as const) : (['sysfs'] as const);
  let last = '';
  for (const mode of modes) {
    const watch = await start(channel, options.probe, mode);
    try {
      const started = await watch.started(deadline - performance.now(), options.signal);
      if (started === 'running') return watch;
      last = started;
    } catch (error) {
      await watch.close();
      throw error;
    }
    await watch.close();
    if (performance.now() >= deadline) break;
  }
  throw new HotnicError(
    'guest-watch-failed',
    `The event streams of ${printable(channel.label)} did not start`,
    {
      attempted: 'listen to the guest before anything is changed',
      seen: printable(last),
      next: 'run "udevadm monitor" in the guest and see whether it prints events',
    },
  );
}

async function start(channel: Channel, probe: GuestProbe, mode: 'udev' | 'sysfs'): Promise<RunningWatch> {
  const uuid = randomUUID();
  const stream = await channel.lines(guestShell(probe, [uuid, mode]), {
    input: WATCH_SCRIPT,
    lineLimit: 16 * 1024,
    bufferLimit: 20_000,
  });
  return new RunningWatch(stream, probe, mode, uuid);
}
