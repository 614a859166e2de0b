import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Act } from './act.js';
import { domainFields, halfOf, slotField, targetDomain } from './domain-target.js';
import { givableXml, hostdevIn, putHostdev, takeHostdev } from './hostdev-target.js';
import { functionField } from './vf-target.js';

const input = z.object({
  ...domainFields,
  half: z.enum(['live', 'config']),
  function: functionField,
  slot: slotField,
});
type Input = z.infer<typeof input>;

/** The XML that it had; null when it was not there. */
type Saved = { readonly xml: string | null } | null;

/** Takes a whole PCI function of the host out of one definition; out of the running one by asking the guest. */
export const hostdevRemove: Act<Input, Saved> = {
  name: 'hostdev-remove',
  input,
  describe: ({ domain, half, function: address }) => `take ${address} out of ${halfOf(half, domain)}`,
  async save(one, world) {
    const own = await hostdevIn(await targetDomain(world, one), one.half, one.function);
    return { xml: own && givableXml(own) };
  },
  async run(one, world, context) {
    await takeHostdev(await targetDomain(world, one), one.half, one.function, one.slot, world, context);
    return undefined;
  },
  async undo(one, saved, world) {
    if (saved?.xml == null) return;
    const domain = await targetDomain(world, one);
    if (await hostdevIn(domain, one.half, one.function)) return;
    await putHostdev(domain, one.half, saved.xml);
  },
  async confirm(one, world) {
    const domain = await targetDomain(world, one, true);
    if (one.half === 'live' && !(await domain.isActive())) return;
    if (!(await hostdevIn(domain, one.half, one.function))) return;
    throw new HotnicError('not-gone', `${halfOf(one.half, one.domain)} still has ${one.function}`);
  },
};
