import type { Domain } from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { readHostNetdev } from '../../hypervisor/host-netdevs.js';
import { sameDefinition } from '../../xml/edit.js';
import type { InterfaceXml } from '../../xml/domain.js';
import type { Act, World } from './act.js';
import { domainFields, nicAt, readHalf, slotField, targetDomain, xmlField } from './domain-target.js';
import { interfaceOf, placeOf, putIn, takeFrom } from './put-nic.js';

const input = z.object({ ...domainFields, before: xmlField, after: xmlField, slot: slotField });
type Input = z.infer<typeof input>;

/**
 * Takes a NIC out of the running definition and puts `after` in its place: with its MAC, its slot and the user's own
 * alias. For what cannot be mended in place: a host interface that is gone, a model or MAC that differs.
 */
export const nicReplace: Act<Input> = {
  name: 'nic-replace',
  input,
  describe: ({ domain, before, after }) =>
    `take ${interfaceOf(before).mac ?? 'the NIC'} out of the running definition of ${domain} and attach ${interfaceOf(after).mac ?? 'it'} in its place`,
  async run(one, world, context) {
    const domain = await targetDomain(world, one);
    if (await isGood(domain, one.after, world, context.signal)) return { already: 'replaced' };
    await takeFrom(domain, 'live', placeOf(interfaceOf(one.before)), one.slot, world, context);
    await putIn(domain, 'live', one.after);
    return undefined;
  },
  async undo(one, _saved, world, context) {
    const domain = await targetDomain(world, one);
    if (await found(domain, one.before)) return;
    await takeFrom(domain, 'live', placeOf(interfaceOf(one.after)), one.slot, world, context);
    await putIn(domain, 'live', one.before);
  },
  async confirm(one, world, { signal }) {
    const domain = await targetDomain(world, one, true);
    if (await isGood(domain, one.after, world, signal)) return;
    throw new HotnicError(
      'not-replaced',
      `the NIC is not as it should be in the running definition of ${one.domain}`,
    );
  },
};

/** The NIC is there as wanted, and where it has an interface on the host, the host has that. */
async function isGood(domain: Domain, xml: string, world: World, signal: AbortSignal): Promise<boolean> {
  const nic = await found(domain, xml);
  if (nic?.target == null) return nic !== null;
  return (await readHostNetdev(world.hypervisor.host, nic.target, signal)) !== null;
}

async function found(domain: Domain, xml: string): Promise<InterfaceXml | null> {
  const wanted = interfaceOf(xml);
  const nic = nicAt(await readHalf(domain, 'live'), placeOf(wanted));
  return nic !== null && sameDefinition(nic.element, wanted.element).length === 0 ? nic : null;
}
