import { z } from 'zod';
import { LOAD_MODULE, MODULE_LOADED, UNLOAD_MODULE } from '../../guest/scripts/module.js';
import type { Act } from './act.js';
import { domainField, inGuestOf, moduleField, pciAddressField } from './guest-target.js';

const input = z.object({
  domain: domainField,
  module: moduleField,
  /** The PCI function that it is loaded for. */
  address: pciAddressField,
});
type Input = z.infer<typeof input>;

/** Loads a module in the guest; the undo unloads it where hotnic loaded it and no other device has come to use it. */
export const guestLoadModule: Act<Input, boolean> = {
  name: 'guest-load-module',
  input,
  describe: ({ domain, module }) => `in ${domain}: load the module ${module}`,
  async save({ domain, module }, world, context) {
    const { said } = await inGuestOf(domain, world, context, `look for ${module}`, MODULE_LOADED, [module]);
    return said.get('loaded') === 'yes';
  },
  async run({ domain, module }, world, context) {
    await inGuestOf(domain, world, context, `load ${module}`, LOAD_MODULE, [module]);
    return undefined;
  },
  async undo({ domain, module, address }, wasLoaded, world, context) {
    if (wasLoaded) return;
    await inGuestOf(domain, world, context, `unload ${module}`, UNLOAD_MODULE, [module, address]);
  },
};
