import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { hostCommand, readXenVifs, type XenVif } from '../../hypervisor/host/index.js';
import { XEN_CLOSED } from '../../planes/xen-leftovers.js';
import type { Act, World } from './act.js';

const input = z.object({
  path: z
    .string()
    .regex(/^\/local\/domain\/\d{1,5}\/(?:backend\/vif\/\d{1,5}\/\d{1,5}|device\/vif\/\d{1,5})$/),
});
type Input = z.infer<typeof input>;

/** Removes the node of a vif from xenstore, where its domain is gone or its backend closed. It cannot be put back. */
export const xenstoreRemove: Act<Input, null> = {
  name: 'xenstore-remove',
  input,
  describe: ({ path }) => `remove ${path} from xenstore`,
  async run({ path }, world, { signal }) {
    const vif = await vifNow(path, world, signal);
    if (vif === null) return { already: 'gone' };
    if (vif.frontendAlive && vif.backend?.state !== XEN_CLOSED && vif.backend !== null)
      throw new HotnicError(
        'xenstore-in-use',
        `the domain ${vif.frontendDomain} is there and the backend of ${path} is not closed (state ${vif.backend.state ?? 'none'})`,
        { state: 'nothing was changed' },
      );
    await hostCommand(world.hypervisor.host, ['xenstore-rm', path], { signal });
    return undefined;
  },
  async confirm({ path }, world, { signal }) {
    if ((await vifNow(path, world, signal)) !== null)
      throw new HotnicError('xenstore-stays', `xenstore still has ${path}`);
  },
};

async function vifNow(path: string, { hypervisor }: World, signal: AbortSignal): Promise<XenVif | null> {
  const vifs = await readXenVifs(hypervisor.host, { signal });
  return vifs.find((vif) => vif.backend?.path === path || vif.frontend?.path === path) ?? null;
}
