import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Act } from './act.js';
import { domainFields, halfOf, nicAt, readHalf, slotField, targetDomain, xmlField } from './domain-target.js';
import { interfaceOf, placeOf, putIn, takeFrom } from './put-nic.js';

const input = z.object({ ...domainFields, half: z.enum(['live', 'config']), xml: xmlField, slot: slotField });
type Input = z.infer<typeof input>;

/** Whether the NIC was there before: then nothing is taken out on undo. */
type Saved = { readonly there: boolean } | null;

/** Gives a NIC to one definition, with the XML of the other. */
export const definitionAdd: Act<Input, Saved> = {
  name: 'definition-add',
  input,
  describe: ({ domain, half, xml }) =>
    `attach ${interfaceOf(xml).mac ?? 'the NIC'} to ${halfOf(half, domain)}`,
  async save(one, world) {
    const domain = await targetDomain(world, one);
    return { there: nicAt(await readHalf(domain, one.half), placeOf(interfaceOf(one.xml))) !== null };
  },
  async run(one, world) {
    const domain = await targetDomain(world, one);
    if (nicAt(await readHalf(domain, one.half), placeOf(interfaceOf(one.xml)))) return { already: 'there' };
    await putIn(domain, one.half, one.xml);
    return undefined;
  },
  async undo(one, saved, world, context) {
    if (saved?.there) return;
    const domain = await targetDomain(world, one);
    await takeFrom(domain, one.half, placeOf(interfaceOf(one.xml)), one.slot, world, context);
  },
  async confirm(one, world) {
    const domain = await targetDomain(world, one, true);
    if (nicAt(await readHalf(domain, one.half), placeOf(interfaceOf(one.xml)))) return;
    throw new HotnicError(
      'not-attached',
      `libvirt said that it is attached, and ${halfOf(one.half, one.domain)} does not have it`,
    );
  },
};
