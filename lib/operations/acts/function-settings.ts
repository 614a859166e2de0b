import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { isNetdevName } from '../../hypervisor/host/index.js';
import {
  readNetdevSettings,
  restoreNetdev,
  settingsDifferences,
  type NetdevSettings,
} from '../../hypervisor/pci/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import type { StepContext } from '../../plan/index.js';
import type { World } from './act.js';
import { awaitHome, functionNow } from './function-target.js';

// What `ip` takes as an address, a table, a protocol; nothing of it can end a line of `ip -batch`, or be an option.
const word = z.string().regex(/^[0-9A-Za-z][\w.:/%@+-]{0,63}$|^::[\w.:/%]{0,62}$/);
const words = z.array(word).min(1).max(40);
const netdev = z.string().refine(isNetdevName, 'not a name of a network device');

/** Settings of a netdev, read back from a journal. */
export const settingsField = z.object({
  name: netdev,
  mac: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2})+$/)
    .nullable(),
  mtu: z.int().min(0).max(0x7fff_ffff).nullable(),
  up: z.boolean(),
  master: netdev.nullable(),
  addresses: z.array(words).max(1000),
  routes: z.array(z.object({ family: z.union([z.literal(4), z.literal(6)]), words })).max(10_000),
});

const TRIES = 6;
const PAUSE_MS = 250;

/**
 * Waits until a function is home and gives its netdevs what they had, by their order.
 * @returns the names
 * @throws HotnicError `not-restored` with what is not as it was; as awaitHome
 */
export async function restoreSettings(
  world: World,
  address: PciAddress,
  saved: readonly NetdevSettings[],
  context: Pick<StepContext, 'signal' | 'progress'>,
): Promise<readonly string[]> {
  const wanted = { netdev: saved.length > 0, netdevName: saved[0]?.name ?? null };
  await awaitHome(world, address, wanted, context);
  for (const [index, one] of saved.entries())
    await restoreOne(world, { address, index }, one, context.signal);
  return saved.map(({ name }) => name);
}

/** Several times: a route can need what the kernel, udev or a network manager is just doing. */
async function restoreOne(
  world: World,
  place: Place,
  saved: NetdevSettings,
  signal: AbortSignal,
): Promise<void> {
  const { host } = world.hypervisor;
  let trouble: unknown;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await restoreNetdev(host, saved, await settingsNow(world, place, saved, signal), { signal });
      trouble = undefined;
    } catch (error) {
      signal.throwIfAborted();
      trouble = error;
    }
    const left = settingsDifferences(saved, await settingsNow(world, place, saved, signal));
    if (left.length === 0) return;
    if (attempt === TRIES) throw notRestored(place.address, saved.name, left, trouble);
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

/**
 * What is not as it was, of all netdevs of a function.
 * @throws HotnicError `not-restored`
 */
export async function requireSettings(
  world: World,
  address: PciAddress,
  saved: readonly NetdevSettings[],
  signal: AbortSignal,
): Promise<void> {
  for (const [index, one] of saved.entries()) {
    const left = settingsDifferences(one, await settingsNow(world, { address, index }, one, signal));
    if (left.length > 0) throw notRestored(address, one.name, left, undefined);
  }
}

/** Which netdev of which function. */
interface Place {
  readonly address: PciAddress;
  readonly index: number;
}

/** A netdev that came back under another name is told by its place. */
async function settingsNow(
  world: World,
  { address, index }: Place,
  saved: NetdevSettings,
  signal: AbortSignal,
): Promise<NetdevSettings> {
  const { netdevs } = await functionNow(world, address, signal);
  const name = netdevs.includes(saved.name) ? saved.name : netdevs[index];
  if (name !== undefined) return await readNetdevSettings(world.hypervisor.host, name, { signal });
  throw new HotnicError('not-restored', `${address} has no netdev that could be ${saved.name}`, {
    next: `dmesg | grep ${address}`,
  });
}

function notRestored(
  address: PciAddress,
  name: string,
  left: readonly string[],
  trouble: unknown,
): HotnicError {
  return new HotnicError('not-restored', `${name} is not as it was: ${left.join('; ')}`, {
    ...(trouble instanceof Error ? { seen: trouble.message, cause: trouble } : {}),
    state: `${address} is back on its driver`,
    next: `ip -d address show dev ${name}; ip route show dev ${name}`,
  });
}
