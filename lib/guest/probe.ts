import { randomBytes } from 'node:crypto';
import type { Channel, CommandResult } from '../channel/channel.js';
import { HotnicError, isHotnicError } from '../errors/hotnic-error.js';
import { malformed } from './malformed.js';
import { now } from './now.js';
import { parseProbe } from './parse-probe.js';
import type { Bracket } from './probe-clock.js';
import { printable } from './printable.js';
import { probeScript } from './probe-script.js';
import type { GuestProbe } from './probe-types.js';

export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the guest is given up on. Default 15,000. */
  readonly timeoutMs?: number;
  /**
   * `quick` (default) is what attach and detach need. `full` also reads every network namespace and the guest's network
   * configuration, for a scan: some 50 ms more on real machines.
   */
  readonly depth?: 'quick' | 'full';
}

// A guest with a thousand netdevs answers in under 1 MiB.
const OUTPUT_LIMIT = 4 * 1024 * 1024;

/**
 * Asks a guest for everything hotnic wants to know, in one round trip; nothing is changed in it. Any POSIX shell
 * will do, busybox's too.
 * @throws HotnicError `guest-probe-malformed`, `guest-probe-timeout`; the channel's own errors; the abort reason
 */
export async function probeGuest(channel: Channel, options: ProbeOptions = {}): Promise<GuestProbe> {
  const nonce = randomBytes(12).toString('hex');
  const { stdout, host } = await askGuest(channel, nonce, probeScript(options.depth ?? 'quick'), options);
  return parseProbe(stdout, nonce, host);
}

/**
 * Has the guest's shell run a probe's script, with the nonce as its argument: what it printed, and this machine's clock
 * around it. Whatever it prints ends with, or holds, the line "#NONCE end".
 */
export async function askGuest(
  channel: Channel,
  nonce: string,
  script: string,
  options: Omit<ProbeOptions, 'depth'>,
): Promise<{ readonly stdout: string; readonly host: Bracket }> {
  const sentMs = now();
  const result = await ask(channel, nonce, script, options);
  const receivedMs = now();
  if (result.status !== 0 && !result.stdout.includes(`#${nonce} end`)) {
    const how = result.status === null ? `signal ${result.signal ?? '?'}` : `status ${result.status}`;
    throw malformed(`its shell ended with ${how}`, result.stderr || result.stdout);
  }
  return { stdout: result.stdout, host: { sentMs, receivedMs } };
}

async function ask(
  channel: Channel,
  nonce: string,
  script: string,
  options: Omit<ProbeOptions, 'depth'>,
): Promise<CommandResult> {
  const timeoutMs = options.timeoutMs ?? 15_000;
  try {
    return await channel.run(['sh', '-s', '--', nonce], {
      input: script,
      timeoutMs,
      outputLimit: OUTPUT_LIMIT,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (isHotnicError(error, 'command-output-limit')) throw malformed('it does not end', '', error);
    if (!isHotnicError(error, 'command-timeout')) throw error;
    throw new HotnicError(
      'guest-probe-timeout',
      `${printable(channel.label)} did not answer within ${timeoutMs} ms`,
      {
        attempted: 'ask the guest about its hardware and network',
        why: 'the guest is booting, hung or paused, or something in it blocks (a hung file system, D-Bus)',
        next: 'look at the guest console; a larger --timeout helps a slow one',
        cause: error,
      },
    );
  }
}
