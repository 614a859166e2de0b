import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { readLinkNamed } from '../../hypervisor/host/index.js';
import type { Act } from './act.js';
import { deviceNow, ifindexField, ip, netdevField, requireFree } from './host-device.js';

const input = z.object({ name: netdevField, ifindex: ifindexField, bridge: netdevField });
type Input = z.infer<typeof input>;

/** Takes a device that nobody holds off its bridge, and keeps the device. */
export const bridgePortRemove: Act<Input, null> = {
  name: 'bridge-port-remove',
  input,
  describe: ({ name, bridge }) => `take ${name} off the bridge ${bridge}`,
  async run(one, world, { signal }) {
    const link = await deviceNow(world, one, signal);
    if (link?.master == null) return { already: 'off' };
    if (link.master !== one.bridge)
      throw new HotnicError('host-device-changed', `${one.name} is a port of ${link.master} now`, {
        state: 'nothing was changed',
      });
    await requireFree(world, link, signal);
    await ip(world, ['link', 'set', 'dev', one.name, 'nomaster'], signal);
    return undefined;
  },
  async undo(one, _, world, { signal }) {
    const link = await readLinkNamed(world.hypervisor.host, one.name, { signal });
    if (link?.ifindex !== one.ifindex || link.master !== null) return;
    await ip(world, ['link', 'set', 'dev', one.name, 'master', one.bridge], signal);
  },
  async confirm({ name, ifindex, bridge }, { hypervisor }, { signal }) {
    const link = await readLinkNamed(hypervisor.host, name, { signal });
    if (link?.ifindex === ifindex && link.master === bridge)
      throw new HotnicError('host-device-stays', `${name} is still a port of ${bridge}`);
  },
};
