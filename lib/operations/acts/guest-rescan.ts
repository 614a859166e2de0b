import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { RESCAN } from '../../guest/scripts/pci.js';
import type { Act } from './act.js';
import { awaitGuest, domainField, inGuestOf, pciPathField } from './guest-target.js';

const input = z.object({ domain: domainField, expect: pciPathField.nullable() });
type Input = z.infer<typeof input>;

/** Makes the guest's kernel look for new PCI devices; `expect` is the path of one that has to show, with a netdev. */
export const guestRescan: Act<Input> = {
  name: 'guest-rescan',
  input,
  describe: ({ domain, expect }) =>
    `in ${domain}: rescan the PCI buses${expect === null ? '' : `, until ${expect} shows`}`,
  async run({ domain }, world, context) {
    await inGuestOf(domain, world, context, 'rescan its PCI buses', RESCAN, []);
    return undefined;
  },
  async confirm({ domain, expect }, world, context) {
    if (expect === null) return;
    const shown = await awaitGuest(domain, world, context, `${expect} to show in ${domain}`, (probe) =>
      probe.netdevs.some(({ pciPath }) => pciPath === expect),
    );
    if (shown) return;
    throw new HotnicError(
      'guest-blind',
      `${domain} has rescanned its PCI buses and does not show ${expect}`,
      {
        why: 'on a native slot without pciehp the port is switched off, and a rescan sees nothing behind it',
        next: `reset ${domain}, or take the NIC out with hotnic detach`,
      },
    );
  },
};
