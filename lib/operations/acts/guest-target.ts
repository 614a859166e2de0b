import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { runInGuest, type ScriptAnswer } from '../../guest/run-script.js';
import type { GuestProbe } from '../../guest/probe-types.js';
import type { StepContext } from '../../plan/index.js';
import type { World } from './act.js';

// What may stand in a journal for the guest's side; everything that reaches a script is checked by one of these.
export const pciAddressField = z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/);
export const deviceField = z.string().regex(/^(?:virtio\d{1,6}|[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/);
export const idField = z.string().regex(/^0x[0-9a-f]{4}$/);
export const pciPathField = z.string().regex(/^[0-9a-f]{2}\.[0-7](?:\/[0-9a-f]{2}\.[0-7]){0,16}$/);
export const moduleField = z.string().regex(/^[A-Za-z0-9][\w-]{0,62}$/);
export const domainField = z.string().min(1).max(255);

/** Runs a script as root in a domain's guest, within what the world allows an act to take. */
export async function inGuestOf(
  domain: string,
  world: World,
  { signal }: Pick<StepContext, 'signal'>,
  attempted: string,
  script: string,
  args: readonly string[],
): Promise<ScriptAnswer> {
  const { channel, probe } = await world.guest(domain, signal);
  return await runInGuest(channel, probe, script, args, { attempted, signal, timeoutMs: world.timeoutMs });
}

/**
 * Asks the guest until `done` says so, every half second and for as long as an act may take; false when it did not
 * come to that.
 */
export async function awaitGuest(
  domain: string,
  world: World,
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
  what: string,
  done: (probe: GuestProbe) => boolean,
): Promise<boolean> {
  const session = await world.guest(domain, signal);
  const since = Date.now();
  const until = since + world.timeoutMs;
  for (;;) {
    if (done(await session.probeAgain(signal))) return true;
    if (Date.now() >= until) return false;
    progress.waiting(what, since, until);
    await sleep(LOOK_MS, undefined, { signal });
  }
}

const LOOK_MS = 500;
