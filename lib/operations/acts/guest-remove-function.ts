import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { REMOVE_FUNCTION, RESCAN } from '../../guest/scripts/pci.js';
import type { Act } from './act.js';
import { domainField, idField, inGuestOf, pciAddressField } from './guest-target.js';

const input = z.object({ domain: domainField, address: pciAddressField, vendor: idField, device: idField });
type Input = z.infer<typeof input>;

/**
 * Takes a network function off the guest's PCI bus through its sysfs; the undo is a rescan, which finds whatever is
 * still there. Never the NIC that carries hotnic's own session.
 */
export const guestRemoveFunction: Act<Input> = {
  name: 'guest-remove-function',
  input,
  describe: ({ domain, address }) => `in ${domain}: remove the PCI function ${address}`,
  async run({ domain, address, vendor, device }, world, context) {
    const { probe } = await world.guest(domain, context.signal);
    const own = probe.netdevs.find(({ name }) => name === probe.session?.netdev);
    if (own?.pciAddress === address)
      throw new HotnicError('guest-management-nic', `${address} of ${domain} carries this session`, {
        state: 'nothing was changed',
      });
    const { said } = await inGuestOf(domain, world, context, `remove ${address}`, REMOVE_FUNCTION, [
      address,
      vendor,
      device,
    ]);
    return { removed: said.get('already') !== 'yes' };
  },
  async undo({ domain }, _saved, world, context) {
    await inGuestOf(domain, world, context, 'rescan its PCI buses', RESCAN, []);
  },
};
