import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { hostCommand, isNetdevName, readLinkNamed, type HostLink } from '../../hypervisor/host/index.js';
import { heldOf } from '../../planes/host-held.js';
import type { World } from './act.js';

/** A netdev's name that a command can be given. */
export const netdevField = z.string().refine(isNetdevName, 'not a name of a network device');

/** The kernel's number of a netdev: unlike its name it is not given again while the host runs. */
export const ifindexField = z.number().int().positive();

/**
 * The device as it is now; null when it is gone.
 * @throws HotnicError `host-device-changed` when another device has its name
 */
export async function deviceNow(
  { hypervisor }: World,
  { name, ifindex }: { readonly name: string; readonly ifindex: number },
  signal: AbortSignal,
): Promise<HostLink | null> {
  const link = await readLinkNamed(hypervisor.host, name, { signal });
  if (link === null || link.ifindex === ifindex) return link;
  throw new HotnicError(
    'host-device-changed',
    `${name} is another device now (number ${link.ifindex}, it was ${ifindex})`,
    { state: 'nothing was changed' },
  );
}

/**
 * Refuses to touch a device that a process holds, or may hold.
 * @throws HotnicError `host-device-held`, `host-holders-unknown`
 */
export async function requireFree(world: World, link: HostLink, signal: AbortSignal): Promise<void> {
  const held = (await heldOf(world.hypervisor.host, [link], signal)).get(link.name);
  if (held?.state === 'free') return;
  const details = { state: 'nothing was changed', next: 'hotnic ghosts scan, once that process has ended' };
  if (held?.state === 'held')
    throw new HotnicError(
      'host-device-held',
      `${link.name} is held by ${held.holders.map(({ command, pid }) => `${command} (pid ${pid})`).join(', ')}`,
      details,
    );
  throw new HotnicError(
    'host-holders-unknown',
    `it is not known who holds ${link.name}: ${held?.why ?? 'it was not looked for'}`,
    { state: 'nothing was changed' },
  );
}

/** Runs `ip` on the hypervisor. */
export async function ip({ hypervisor }: World, args: readonly string[], signal: AbortSignal): Promise<void> {
  await hostCommand(hypervisor.host, ['ip', ...args], { signal });
}
