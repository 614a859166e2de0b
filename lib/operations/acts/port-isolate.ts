import { z } from 'zod';
import type { Channel } from '../../channel/channel.js';
import { HotnicError, isHotnicError } from '../../errors/hotnic-error.js';
import { readHostNetdev } from '../../hypervisor/host-netdevs.js';
import type { Act, World } from './act.js';

const NAME = /^(?!\.{1,2}$)[^\s/:-][^\s/:]{0,14}$/;
const input = z.object({ netdev: z.string().regex(NAME), bridge: z.string().regex(NAME) });
type Input = z.infer<typeof input>;

/** What was found; null when there was no such port. */
type Saved = { readonly ifindex: number } | null;

/** Takes a tap off its bridge: no packet passes, and libvirt and the guest notice nothing. */
export const portIsolate: Act<Input, Saved> = {
  name: 'port-isolate',
  input,
  describe: ({ netdev, bridge }) => `take ${netdev} off the bridge ${bridge}`,
  async save({ netdev, bridge }, { hypervisor: { host } }, { signal }) {
    const found = await readHostNetdev(host, netdev, signal);
    if (!found) return null;
    if (found.master !== null && found.master !== bridge)
      throw new HotnicError('port-changed', `${netdev} is a port of ${found.master} now, not of ${bridge}`);
    return { ifindex: await ifindexOf(host, netdev) };
  },
  async run({ netdev, bridge }, world, { signal }) {
    const found = await readHostNetdev(world.hypervisor.host, netdev, signal);
    if (found?.master !== bridge) return { already: 'off' };
    await ip(world, ['link', 'set', 'dev', netdev, 'nomaster'], signal);
    return undefined;
  },
  async undo({ netdev, bridge }, saved, world, { signal }) {
    const { host } = world.hypervisor;
    const found = await readHostNetdev(host, netdev, signal);
    // Gone with its domain, or another one of that name: there is nothing to put back.
    if (!found || found.master !== null || saved?.ifindex !== (await ifindexOf(host, netdev))) return;
    await ip(world, ['link', 'set', 'dev', netdev, 'master', bridge], signal);
  },
  async confirm({ netdev, bridge }, { hypervisor: { host } }, { signal }) {
    const found = await readHostNetdev(host, netdev, signal);
    if (found?.master === bridge)
      throw new HotnicError('not-isolated', `${netdev} is still a port of ${bridge}`);
  },
};

async function ifindexOf(host: Channel, netdev: string): Promise<number> {
  try {
    const text = await host.readFile(`/sys/class/net/${netdev}/ifindex`, { limit: 64 });
    return Number.parseInt(text.toString('utf8'), 10);
  } catch (error) {
    if (isHotnicError(error, 'file-not-found')) return 0;
    throw error;
  }
}

async function ip(
  { hypervisor, timeoutMs }: World,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { status, stderr } = await hypervisor.host.run(['ip', ...args], { timeoutMs, signal });
  if (status !== 0)
    throw new HotnicError('ip-failed', `ip ${args.join(' ')} on the host failed`, { seen: stderr.trim() });
}
