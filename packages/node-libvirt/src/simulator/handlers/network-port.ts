import { ErrorCode } from '../../generated/constants/error-code.js';
import type { NetworkPortRef } from '../../protocol/types.js';
import { Failure, From } from '../failure.js';
import type { World } from '../world.js';
import type { Handlers } from './handler.js';

/** Ports of networks. */
export const networkPortHandlers = {
  networkListAllPorts: ({ network }, { world }) => {
    const net = world.network(network).ref;
    const ports = [...world.network(network).ports.keys()].map((uuid) => ({ net, uuid }));
    return { ports, ret: ports.length };
  },
  networkPortLookupByUuid: ({ network, uuid }, { world }) => {
    const port = { net: network, uuid };
    definition(world, port);
    return { port };
  },
  networkPortCreateXml: ({ network, xml }, { world }) => ({
    port: { net: network, uuid: world.network(network).addPort(xml) },
  }),
  networkPortGetXmlDesc: ({ port }, { world }) => ({ xml: definition(world, port) }),
  networkPortDelete: ({ port }, { world }) => {
    definition(world, port);
    world.network(port.net).ports.delete(port.uuid);
    return {};
  },
} satisfies Handlers;

function definition(world: World, { net, uuid }: NetworkPortRef): string {
  const xml = world.network(net).ports.get(uuid);
  if (xml !== undefined) return xml;
  throw new Failure(ErrorCode.NO_NETWORK_PORT, `Network port with UUID ${uuid} does not exist`, From.network);
}
