import { ErrorCode } from '../../generated/constants/error-code.js';
import { ListNetworksFlags } from '../../generated/constants/network.js';
import { Failure, From } from '../failure.js';
import { withIdentity } from '../live-definition.js';
import type { SimulatedNetwork } from '../network.js';
import type { Handlers } from './handler.js';

/** Networks: looking them up, starting and ending them, their leases. */
export const networkHandlers = {
  connectListAllNetworks: ({ flags }, { world }) => {
    const nets = [...world.networks.values()]
      .filter((network) => listed(network, flags))
      .map(({ ref }) => ref);
    return { nets, ret: nets.length };
  },
  networkLookupByName: ({ name }, { world }) => {
    const found = world.networks.get(name);
    if (found !== undefined) return { net: found.ref };
    throw new Failure(ErrorCode.NO_NETWORK, `no network with matching name '${name}'`, From.network);
  },
  networkLookupByUuid: ({ uuid }, { world }) => ({ net: world.network({ uuid }).ref }),
  networkDefineXml: ({ xml }, { world }) => {
    const active = world.networks.get(withIdentity(xml, 'network').name)?.active === true;
    return { net: world.addNetwork({ xml, active }).ref };
  },
  networkCreateXml: ({ xml }, { world }) => ({ net: world.addNetwork({ xml, persistent: false }).ref }),
  networkCreate: ({ net }, { world }) => {
    const network = world.network(net);
    if (network.active) throw invalid('network is already active');
    network.active = true;
    return {};
  },
  networkDestroy: ({ net }, { world }) => {
    const network = world.network(net);
    if (!network.active) throw invalid(`network '${network.name}' is not active`);
    network.active = false;
    if (!network.persistent) world.networks.delete(network.name);
    return {};
  },
  networkUndefine: ({ net }, { world }) => {
    const network = world.network(net);
    network.persistent = false;
    if (!network.active) world.networks.delete(network.name);
    return {};
  },
  networkGetXmlDesc: ({ net }, { world }) => ({ xml: world.network(net).xml }),
  networkGetBridgeName: ({ net }, { world }) => {
    const { bridge, name } = world.network(net);
    if (bridge !== undefined) return { name: bridge };
    throw new Failure(
      ErrorCode.INTERNAL_ERROR,
      `network '${name}' does not have a bridge name.`,
      From.network,
    );
  },
  networkIsActive: ({ net }, { world }) => ({ active: world.network(net).active ? 1 : 0 }),
  networkIsPersistent: ({ net }, { world }) => ({ persistent: world.network(net).persistent ? 1 : 0 }),
  networkGetAutostart: ({ net }, { world }) => ({ autostart: world.network(net).autostart ? 1 : 0 }),
  networkSetAutostart: ({ net, autostart }, { world }) => {
    world.network(net).autostart = autostart !== 0;
    return {};
  },
  networkGetDhcpLeases: ({ net, mac }, { world }) => {
    const leases = world.network(net).wireLeases(mac);
    return { leases, ret: leases.length };
  },
} satisfies Handlers;

function invalid(detail: string): Failure {
  return new Failure(ErrorCode.OPERATION_INVALID, detail, From.network);
}

function listed({ active, persistent }: SimulatedNetwork, flags: number): boolean {
  const groups: [number, boolean][][] = [
    [
      [ListNetworksFlags.ACTIVE, active],
      [ListNetworksFlags.INACTIVE, !active],
    ],
    [
      [ListNetworksFlags.PERSISTENT, persistent],
      [ListNetworksFlags.TRANSIENT, !persistent],
    ],
  ];
  return groups.every((group) => {
    const used = group.filter(([flag]) => (flags & flag) !== 0);
    return used.length === 0 || used.some(([, fits]) => fits);
  });
}
