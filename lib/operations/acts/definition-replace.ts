import { AffectFlags, type Domain } from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { StepContext } from '../../plan/index.js';
import { sameDefinition } from '../../xml/edit.js';
import type { Act, World } from './act.js';
import { domainFields, halfOf, nicAt, readHalf, targetDomain, xmlField } from './domain-target.js';
import { interfaceOf, placeOf, putIn, takeFrom } from './put-nic.js';

const input = z.object({
  ...domainFields,
  half: z.enum(['live', 'config']),
  before: xmlField,
  after: xmlField,
});
type Input = z.infer<typeof input>;

/**
 * Makes a NIC of one definition what `after` says. A running one must differ only in what libvirt changes in place;
 * a persistent one with another MAC or address is taken out and put in again.
 */
export const definitionReplace: Act<Input> = {
  name: 'definition-replace',
  input,
  describe: ({ domain, half, before }) =>
    `change ${interfaceOf(before).mac ?? 'the NIC'} in ${halfOf(half, domain)}`,
  async run(one, world, context) {
    const domain = await targetDomain(world, one);
    if (await is(domain, one, one.after)) return { already: 'so' };
    await change(domain, one, one.before, one.after, world, context);
    return undefined;
  },
  async undo(one, _saved, world, context) {
    const domain = await targetDomain(world, one);
    if (await is(domain, one, one.before)) return;
    await change(domain, one, one.after, one.before, world, context);
  },
  async confirm(one, world) {
    const domain = await targetDomain(world, one, true);
    if (await is(domain, one, one.after)) return;
    throw new HotnicError(
      'not-updated',
      `libvirt said that ${halfOf(one.half, one.domain)} is changed, and it is not`,
    );
  },
};

async function is(domain: Domain, { half }: Input, xml: string): Promise<boolean> {
  const wanted = interfaceOf(xml);
  const now = nicAt(await readHalf(domain, half), placeOf(wanted));
  return now !== null && sameDefinition(now.element, wanted.element).length === 0;
}

async function change(
  domain: Domain,
  { half }: Input,
  from: string,
  to: string,
  world: World,
  context: StepContext,
): Promise<void> {
  const [old, wanted] = [interfaceOf(from), interfaceOf(to)];
  const inPlace = old.mac === wanted.mac && old.pciAddress === wanted.pciAddress;
  if (!inPlace && half === 'config') {
    await takeFrom(domain, half, placeOf(old), 'unknown', world, context);
    await putIn(domain, half, to);
    return;
  }
  try {
    await domain.updateDeviceFlags(to, half === 'live' ? AffectFlags.LIVE : AffectFlags.CONFIG);
  } catch (error) {
    throw explainLibvirt(error, `change ${old.mac ?? 'the NIC'} in ${halfOf(half, domain.name)}`);
  }
}
