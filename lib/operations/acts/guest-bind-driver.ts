import { z } from 'zod';
import { BIND_DRIVER, BOUND_DRIVER, UNBIND_DRIVER } from '../../guest/scripts/pci.js';
import type { Act } from './act.js';
import { deviceField, domainField, inGuestOf, moduleField, pciAddressField } from './guest-target.js';

const input = z.object({
  domain: domainField,
  /** The PCI function. */
  address: pciAddressField,
  bus: z.enum(['pci', 'virtio']),
  device: deviceField,
  /** Null lets the bus find one. */
  driver: moduleField.nullable(),
});
type Input = z.infer<typeof input>;

/** Binds a device of the guest, a PCI function or the virtio device on it, to a driver; the undo unbinds it again. */
export const guestBindDriver: Act<Input, string> = {
  name: 'guest-bind-driver',
  input,
  describe: ({ domain, device, driver }) => `in ${domain}: bind ${device} to ${driver ?? 'its driver'}`,
  async save({ domain, bus, device }, world, context) {
    const { said } = await inGuestOf(domain, world, context, `look at ${device}`, BOUND_DRIVER, [
      bus,
      device,
    ]);
    return said.get('driver') ?? '';
  },
  async run({ domain, address, bus, device, driver }, world, context) {
    const { said } = await inGuestOf(domain, world, context, `bind ${device} to a driver`, BIND_DRIVER, [
      bus,
      device,
      driver ?? '',
      address,
    ]);
    return { driver: said.get('driver') ?? null };
  },
  async undo({ domain, bus, device }, before, world, context) {
    if (before !== '') return;
    await inGuestOf(domain, world, context, `unbind ${device}`, UNBIND_DRIVER, [bus, device]);
  },
};
