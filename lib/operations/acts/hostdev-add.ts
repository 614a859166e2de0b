import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Act } from './act.js';
import { domainFields, halfOf, slotField, targetDomain, xmlField } from './domain-target.js';
import { hostdevIn, putHostdev, takeHostdev } from './hostdev-target.js';
import { functionField } from './vf-target.js';

const input = z.object({
  ...domainFields,
  half: z.enum(['live', 'config']),
  function: functionField,
  xml: xmlField,
  slot: slotField,
});
type Input = z.infer<typeof input>;
type Saved = { readonly there: boolean } | null;

/** Gives a whole PCI function of the host to one definition. */
export const hostdevAdd: Act<Input, Saved> = {
  name: 'hostdev-add',
  input,
  describe: ({ domain, half, function: address }) => `give ${address} to ${halfOf(half, domain)}`,
  async save(one, world) {
    return { there: (await hostdevIn(await targetDomain(world, one), one.half, one.function)) !== null };
  },
  async run(one, world) {
    const domain = await targetDomain(world, one);
    if (await hostdevIn(domain, one.half, one.function)) return { already: 'there' };
    await putHostdev(domain, one.half, one.xml);
    return undefined;
  },
  async undo(one, saved, world, context) {
    if (saved?.there === true) return;
    await takeHostdev(await targetDomain(world, one), one.half, one.function, one.slot, world, context);
  },
  async confirm(one, world) {
    if (await hostdevIn(await targetDomain(world, one, true), one.half, one.function)) return;
    throw new HotnicError(
      'not-attached',
      `libvirt said that ${one.function} is attached, and ${halfOf(one.half, one.domain)} does not have it`,
    );
  },
};
