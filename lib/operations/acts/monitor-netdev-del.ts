import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Act } from './act.js';
import { domainFields, idField } from './domain-target.js';
import { DONE, qemuNow, refuseOwned } from './monitor-target.js';

const input = z.object({ ...domainFields, id: idField });
type Input = z.infer<typeof input>;

/** Takes a network backend out of QEMU that no device uses and no definition names. */
export const monitorNetdevDel: Act<Input> = {
  name: 'monitor-netdev-del',
  input,
  describe: ({ domain, id }) => `ask QEMU of ${domain} to remove the network backend ${id} (netdev_del)`,
  async run(one, world, { signal }) {
    const now = await qemuNow(world, one, signal);
    const backend = now.network.backends.find(({ id }) => id === one.id);
    if (!backend) return { already: 'gone' };
    refuseOwned(now, one.id, one.domain);
    if (backend.used)
      throw new HotnicError('backend-used', `a device of ${one.domain} still uses the backend ${one.id}`, {
        why: 'a guest that loses the backend before the device loses its network while the device stays',
        state: 'nothing was changed',
      });
    await now.monitor.qmp('netdev_del', { id: one.id }, DONE);
    return undefined;
  },
  async confirm(one, world, { signal }) {
    const { network } = await qemuNow(world, one, signal);
    if (!network.backends.some(({ id }) => id === one.id)) return;
    throw new HotnicError('still-there', `QEMU of ${one.domain} still has the backend ${one.id}`);
  },
};
