import { setTimeout as sleep } from 'node:timers/promises';
import { isNoNetwork } from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { hostCommand } from '../../hypervisor/host/index.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Act, World } from './act.js';
import { macField } from './domain-target.js';
import { netdevField } from './host-device.js';

const input = z.object({
  network: z.string().min(1).max(256),
  bridge: netdevField,
  mac: macField,
  address: z.ipv4(),
  clientId: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){0,254}$/i)
    .nullable(),
});
type Input = z.infer<typeof input>;

/**
 * Makes the DHCP server of a network drop a lease, with dnsmasq's own `dhcp_release`. It cannot be put back, and need
 * not be: a guest that still wants the address asks again.
 */
export const leaseDrop: Act<Input, null> = {
  name: 'lease-drop',
  input,
  describe: ({ network, mac, address }) => `drop the lease of ${address} to ${mac} in the network ${network}`,
  async run(one, world, { signal }) {
    if (!(await isLeased(one, world, signal))) return { already: 'gone' };
    const { bridge, address, mac, clientId } = one;
    // "*" is a lease without client identifier.
    const client = clientId === null ? [] : [clientId];
    await hostCommand(world.hypervisor.host, ['dhcp_release', bridge, address, mac, ...client], { signal });
    return undefined;
  },
  async confirm(one, world, { signal }) {
    const until = Date.now() + Math.min(world.timeoutMs, 5000);
    while (await isLeased(one, world, signal)) {
      if (Date.now() > until)
        throw new HotnicError(
          'lease-stays',
          `libvirt still lists the lease of ${one.address} to ${one.mac}`,
          {
            why: 'the DHCP server takes no releases from this machine, or the guest has renewed the lease meanwhile',
            next: `virsh net-dhcp-leases ${one.network}`,
          },
        );
      await sleep(100, undefined, { signal });
    }
  },
};

async function isLeased(
  { network, mac, address }: Input,
  { hypervisor }: World,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const found = await hypervisor.act.networkLookupByName(network, { signal });
    const leases = await found.getDHCPLeases(mac, 0, { signal });
    return leases.some((lease) => lease.ipaddr === address && lease.mac?.toLowerCase() === mac);
  } catch (error) {
    if (isNoNetwork(error)) return false;
    throw explainLibvirt(error, `read the leases of the network ${network}`);
  }
}
