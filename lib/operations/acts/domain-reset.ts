import { setTimeout as sleep } from 'node:timers/promises';
import type { Domain } from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { StepContext } from '../../plan/index.js';
import type { Act, World } from './act.js';
import { domainFields, idField, readHalf, targetDomain } from './domain-target.js';

const input = z.object({ ...domainFields, expectGone: z.array(idField).max(64).optional() });
type Input = { readonly domain: string; readonly uuid: string; readonly expectGone?: string[] };

/**
 * Presses the reset button of a domain: the guest is not asked and boots anew. Removals that wait on ACPI slots are
 * completed by it; `expectGone` names the devices that have to leave. Nothing can be put back.
 */
export const domainReset: Act<Input> = {
  name: 'domain-reset',
  input: input as z.ZodType<Input>,
  describe: ({ domain, expectGone = [] }) =>
    `reset ${domain}${expectGone.length === 0 ? '' : `, and wait for ${expectGone.join(', ')} to leave`}`,
  async run(one, world, context) {
    const { expectGone = [] } = one;
    const watched = await targetDomain(world, one, true);
    // A run that was cut off after its reset is not to reset the guest once more.
    if (expectGone.length > 0 && (await left(watched, expectGone)).length === 0) return { already: 'gone' };
    await resetAndHear(await targetDomain(world, one), watched, world, context);
    await awaitGone(watched, expectGone, world, context);
    return undefined;
  },
  async confirm(one, world) {
    const still = await left(await targetDomain(world, one, true), one.expectGone ?? []);
    if (still.length === 0) return;
    throw new HotnicError('still-there', `${one.domain} was reset, and ${still.join(', ')} stayed`, {
      why: 'a native slot keeps a request over a reset where the guest has no pciehp',
      next: `shut ${one.domain} off and start it again`,
    });
  },
};

/** libvirt says "reboot" when QEMU has been reset: the answer to the call alone only says that it was asked. */
async function resetAndHear(
  domain: Domain,
  watched: Domain,
  { timeoutMs }: World,
  { signal, progress }: StepContext,
): Promise<void> {
  let hear: () => void = () => undefined;
  const heard = new Promise<'heard'>((resolve) => {
    hear = () => {
      resolve('heard');
    };
  });
  await using subscription = await watched.onEvent('reboot', () => {
    hear();
  });
  try {
    await domain.reset();
  } catch (error) {
    throw explainLibvirt(error, `reset ${domain.name}`);
  }
  const since = Date.now();
  progress.waiting(`the reset of ${domain.name}`, since, since + timeoutMs);
  const waited = new AbortController();
  const late = sleep(timeoutMs, 'late' as const, { signal: AbortSignal.any([signal, waited.signal]) });
  const first = await Promise.race([heard, late]);
  waited.abort();
  await late.catch(() => undefined);
  await subscription.close();
  if (first === 'late')
    throw new HotnicError(
      'not-reset',
      `libvirt took the reset of ${domain.name}, and QEMU has not told of one`,
    );
}

const LOOK_MS = 250;

async function awaitGone(
  watched: Domain,
  expected: readonly string[],
  { timeoutMs }: World,
  { signal, progress }: StepContext,
): Promise<void> {
  const since = Date.now();
  const until = since + timeoutMs;
  while (Date.now() < until && (await left(watched, expected)).length > 0) {
    progress.waiting(`${expected.join(', ')} to leave`, since, until);
    await sleep(LOOK_MS, undefined, { signal });
  }
}

async function left(domain: Domain, expected: readonly string[]): Promise<readonly string[]> {
  if (expected.length === 0 || !(await domain.isActive())) return [];
  const { interfaces } = await readHalf(domain, 'live');
  return expected.filter((alias) => interfaces.some((nic) => nic.alias === alias));
}
