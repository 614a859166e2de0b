import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { serialize } from '../../xml/serialize.js';
import type { Act } from './act.js';
import {
  domainFields,
  idField,
  macField,
  nicAt,
  readHalf,
  slotField,
  targetDomain,
} from './domain-target.js';
import { letGo } from './let-go.js';
import { interfaceOf, placeOf, putIn } from './put-nic.js';

const input = z.object({ ...domainFields, alias: idField, mac: macField, slot: slotField });
type Input = z.infer<typeof input>;

/** The NIC's XML as it was; null when it had gone already. */
type Saved = { readonly xml: string | null } | null;

/** Asks the guest to let a NIC of the running definition go, within the rules of its slot, and waits for it. */
export const askRemoval: Act<Input, Saved> = {
  name: 'ask-removal',
  input,
  describe: ({ domain, alias, slot }) =>
    `ask for the removal of ${alias} from ${domain} (${slot} slot) and wait for it`,
  async save(one, world) {
    const domain = await targetDomain(world, one, true);
    if (!(await domain.isActive())) return { xml: null };
    const found = (await readHalf(domain, 'live')).interfaces.find(({ alias }) => alias === one.alias);
    if (found && found.mac !== one.mac)
      throw new HotnicError(
        'nic-changed',
        `${one.alias} of ${one.domain} is another NIC now (${found.mac ?? 'no MAC'})`,
      );
    return { xml: found ? serialize(found.element) : null };
  },
  async run(one, world, context) {
    await letGo(one, world, context);
    return undefined;
  },
  async undo(one, saved, world) {
    if (saved?.xml == null) return;
    const domain = await targetDomain(world, one);
    if (!(await domain.isActive())) return;
    if (nicAt(await readHalf(domain, 'live'), placeOf(interfaceOf(saved.xml)))) return;
    await putIn(domain, 'live', saved.xml);
  },
};
