import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { hostCommand, readLinkNamed, readOvsPorts, type OvsPort } from '../../hypervisor/host/index.js';
import type { Act, World } from './act.js';
import { netdevField, requireFree } from './host-device.js';

const input = z.object({ name: netdevField, bridge: netdevField });
type Input = z.infer<typeof input>;
type Saved = {
  readonly tag: number | null;
  readonly externalIds: readonly (readonly [string, string])[];
} | null;

/** Takes a port out of the database of Open vSwitch, whose device is gone or held by nobody. */
export const ovsPortDelete: Act<Input, Saved> = {
  name: 'ovs-port-delete',
  input,
  describe: ({ name, bridge }) => `delete the port ${name} of the Open vSwitch bridge ${bridge}`,
  async save(one, world, { signal }) {
    const port = await portNow(one, world, signal);
    return port && { tag: port.tag, externalIds: [...port.externalIds] };
  },
  async run(one, world, { signal }) {
    if ((await portNow(one, world, signal)) === null) return { already: 'gone' };
    const link = await readLinkNamed(world.hypervisor.host, one.name, { signal });
    if (link?.tun != null || link?.kind === 'macvtap') await requireFree(world, link, signal);
    await ovs(world, ['--if-exists', 'del-port', one.bridge, one.name], signal);
    return undefined;
  },
  async undo(one, saved, world, { signal }) {
    if (saved === null || (await portNow(one, world, signal)) !== null) return;
    const ids = saved.externalIds.map(([key, value]) => `external_ids:${quote(key)}=${quote(value)}`);
    await ovs(
      world,
      [
        ...['--may-exist', 'add-port', one.bridge, one.name],
        ...(saved.tag === null ? [] : [`tag=${saved.tag}`]),
        ...(ids.length === 0 ? [] : ['--', 'set', 'Interface', one.name, ...ids]),
      ],
      signal,
    );
  },
  async confirm(one, world, { signal }) {
    if ((await portNow(one, world, signal)) !== null)
      throw new HotnicError('ovs-port-stays', `${one.bridge} still has the port ${one.name}`);
  },
};

async function portNow(
  { name, bridge }: Input,
  { hypervisor }: World,
  signal: AbortSignal,
): Promise<OvsPort | null> {
  const found = (await readOvsPorts(hypervisor.host, { signal })).find((port) => port.port === name);
  if (!found) return null;
  if (found.bridge === bridge) return found;
  throw new HotnicError('host-device-changed', `${name} is a port of ${found.bridge} now`, {
    state: 'nothing was changed',
  });
}

/** Without waiting for the switch: it may not run, and what it makes of the database shows when it is read again. */
async function ovs({ hypervisor }: World, args: readonly string[], signal: AbortSignal): Promise<void> {
  await hostCommand(hypervisor.host, ['ovs-vsctl', '--timeout=10', '--no-wait', ...args], {
    signal,
    timeoutMs: 12_000,
  });
}

/** A string of OVSDB's own notation is JSON's (ovs-vsctl(8), "Database Values"). */
function quote(text: string): string {
  return JSON.stringify(text);
}
