import { AffectFlags, type Domain } from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { InterfaceXml } from '../../xml/domain.js';
import { interfaceWith } from '../../xml/edit.js';
import { serialize } from '../../xml/serialize.js';
import type { Act } from './act.js';
import { domainFields, idField, macField, readHalf, targetDomain } from './domain-target.js';

const input = z.object({ ...domainFields, alias: idField, mac: macField, state: z.enum(['up', 'down']) });
type Input = z.infer<typeof input>;
type Saved = { readonly state: 'up' | 'down' } | null;

/** Sets the link of a NIC of the running definition; its guest sees the carrier come or go. */
export const linkSet: Act<Input, Saved> = {
  name: 'link-set',
  input,
  describe: ({ domain, alias, state }) => `set the link of ${alias} of ${domain} ${state}`,
  async save(one, world) {
    return { state: (await own(await targetDomain(world, one, true), one)).linkState ?? 'up' };
  },
  async run(one, world) {
    await set(await targetDomain(world, one), one, one.state);
    return undefined;
  },
  async undo(one, saved, world) {
    await set(await targetDomain(world, one), one, saved?.state ?? 'up');
  },
  async confirm(one, world) {
    const now = (await own(await targetDomain(world, one, true), one)).linkState ?? 'up';
    if (now !== one.state)
      throw new HotnicError('not-updated', `the link of ${one.alias} of ${one.domain} is still ${now}`);
  },
};

async function set(domain: Domain, one: Input, link: 'up' | 'down'): Promise<void> {
  const nic = await own(domain, one);
  if ((nic.linkState ?? 'up') === link) return;
  try {
    await domain.updateDeviceFlags(serialize(interfaceWith(nic.element, { link })), AffectFlags.LIVE);
  } catch (error) {
    throw explainLibvirt(error, `set the link of ${one.alias} of ${one.domain} ${link}`);
  }
}

async function own(domain: Domain, { alias, mac }: Input): Promise<InterfaceXml> {
  const found = (await readHalf(domain, 'live')).interfaces.find(
    (nic) => nic.alias === alias && nic.mac === mac,
  );
  if (found) return found;
  throw new HotnicError(
    'nic-changed',
    `the running definition of ${domain.name} has no ${alias} with the MAC ${mac}`,
  );
}
