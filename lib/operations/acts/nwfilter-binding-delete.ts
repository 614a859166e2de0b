import { isNoFilterBinding, type NWFilterBinding } from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { readLinkNamed } from '../../hypervisor/host/index.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Act, World } from './act.js';
import { xmlField } from './domain-target.js';
import { netdevField, requireFree } from './host-device.js';

const input = z.object({ device: netdevField, filter: z.string().min(1).max(256) });
type Input = z.infer<typeof input>;
type Saved = { readonly xml: string } | null;

/** Takes a network filter off a device that is gone, or that nobody holds. */
export const nwfilterBindingDelete: Act<Input, Saved> = {
  name: 'nwfilter-binding-delete',
  input,
  describe: ({ device, filter }) => `delete the binding of the network filter ${filter} to ${device}`,
  async save(one, world, { signal }) {
    const binding = await bindingNow(one, world, signal);
    return binding && { xml: await attempt(binding.getXMLDesc(0, { signal }), one) };
  },
  async run(one, world, { signal }) {
    const binding = await bindingNow(one, world, signal);
    if (binding === null) return { already: 'gone' };
    // Rules that go from under a running guest would open it to what they kept away.
    const link = await readLinkNamed(world.hypervisor.host, one.device, { signal });
    if (link) await requireFree(world, link, signal);
    await attempt(binding.delete({ signal }), one);
    return undefined;
  },
  async undo(one, saved, world, { signal }) {
    if (saved === null || (await bindingNow(one, world, signal)) !== null) return;
    await attempt(
      world.hypervisor.act.nwFilterBindingCreateXML(xmlField.parse(saved.xml), 0, { signal }),
      one,
    );
  },
  async confirm(one, world, { signal }) {
    if ((await bindingNow(one, world, signal)) !== null)
      throw new HotnicError('nwfilter-binding-stays', `the network filter is still bound to ${one.device}`);
  },
};

async function bindingNow(
  one: Input,
  { hypervisor }: World,
  signal: AbortSignal,
): Promise<NWFilterBinding | null> {
  try {
    const found = await hypervisor.act.nwFilterBindingLookupByPortDev(one.device, { signal });
    return found.filterName === one.filter ? found : null;
  } catch (error) {
    if (isNoFilterBinding(error)) return null;
    throw explainLibvirt(error, `look up the network filter of ${one.device}`);
  }
}

async function attempt<T>(call: Promise<T>, one: Input): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw explainLibvirt(error, nwfilterBindingDelete.describe(one));
  }
}
