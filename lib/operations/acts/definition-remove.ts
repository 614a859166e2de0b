import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Act } from './act.js';
import { domainFields, halfOf, nicAt, readHalf, slotField, targetDomain, xmlField } from './domain-target.js';
import { interfaceOf, placeOf, putIn, takeFrom } from './put-nic.js';

const input = z.object({ ...domainFields, half: z.enum(['live', 'config']), xml: xmlField, slot: slotField });
type Input = z.infer<typeof input>;

/** Takes a NIC out of one definition; out of the running one it is asked to go, and waited for. */
export const definitionRemove: Act<Input> = {
  name: 'definition-remove',
  input,
  describe: ({ domain, half, xml }) =>
    `take ${interfaceOf(xml).mac ?? 'the NIC'} out of ${halfOf(half, domain)}`,
  async run(one, world, context) {
    const domain = await targetDomain(world, one);
    await takeFrom(domain, one.half, placeOf(interfaceOf(one.xml)), one.slot, world, context);
    return undefined;
  },
  async undo(one, _saved, world) {
    const domain = await targetDomain(world, one);
    if (nicAt(await readHalf(domain, one.half), placeOf(interfaceOf(one.xml)))) return;
    await putIn(domain, one.half, one.xml);
  },
  async confirm(one, world) {
    const domain = await targetDomain(world, one, true);
    if (one.half === 'live' && !(await domain.isActive())) return;
    if (!nicAt(await readHalf(domain, one.half), placeOf(interfaceOf(one.xml)))) return;
    throw new HotnicError(
      'still-there',
      `libvirt said that it is gone, and ${halfOf(one.half, one.domain)} still has it`,
    );
  },
};
