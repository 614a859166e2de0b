import {
  isNoNetwork,
  isNoNetworkPort,
  NetworkPortCreateFlags,
  type Network,
  type NetworkPort,
} from 'node-libvirt';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { viewAllDomains } from '../../hypervisor/domain-views.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import { claimsOf } from '../../planes/host-claims.js';
import type { Act, World } from './act.js';
import { xmlField } from './domain-target.js';

const input = z.object({
  network: z.string().min(1).max(256),
  port: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
});
type Input = z.infer<typeof input>;
type Saved = { readonly xml: string } | null;

/** Gives a port of a network back that no running domain uses. */
export const networkPortDelete: Act<Input, Saved> = {
  name: 'network-port-delete',
  input,
  describe: ({ network, port }) => `delete the port ${port} of the network ${network}`,
  async save(one, world, { signal }) {
    const port = await portNow(one, world, signal);
    return port && { xml: await attempt(port.getXMLDesc(0, { signal }), one) };
  },
  async run(one, world, { signal }) {
    const port = await portNow(one, world, signal);
    if (port === null) return { already: 'gone' };
    const { views, unreadable } = await viewAllDomains(world.hypervisor.act, signal);
    if (unreadable.length > 0 || claimsOf(views).ports.has(one.port))
      throw new HotnicError('network-port-used', `the port ${one.port} may be a running domain's`, {
        state: 'nothing was changed',
      });
    await attempt(port.delete(0, { signal }), one);
    return undefined;
  },
  async undo(one, saved, world, { signal }) {
    const network = await networkNow(one, world, signal);
    if (saved === null || network === null || (await portNow(one, world, signal)) !== null) return;
    await attempt(
      network.portCreateXML(xmlField.parse(saved.xml), NetworkPortCreateFlags.RECLAIM, { signal }),
      one,
    );
  },
  async confirm(one, world, { signal }) {
    if ((await portNow(one, world, signal)) !== null)
      throw new HotnicError(
        'network-port-stays',
        `the network ${one.network} still has the port ${one.port}`,
      );
  },
};

async function networkNow(
  { network }: Input,
  { hypervisor }: World,
  signal: AbortSignal,
): Promise<Network | null> {
  try {
    return await hypervisor.act.networkLookupByName(network, { signal });
  } catch (error) {
    if (isNoNetwork(error)) return null;
    throw explainLibvirt(error, `look up the network ${network}`);
  }
}

async function portNow(one: Input, world: World, signal: AbortSignal): Promise<NetworkPort | null> {
  const network = await networkNow(one, world, signal);
  try {
    return network && (await network.portLookupByUUID(one.port, { signal }));
  } catch (error) {
    if (isNoNetworkPort(error)) return null;
    throw explainLibvirt(error, `look up the port ${one.port} of the network ${one.network}`);
  }
}

async function attempt<T>(call: Promise<T>, one: Input): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw explainLibvirt(error, networkPortDelete.describe(one));
  }
}
