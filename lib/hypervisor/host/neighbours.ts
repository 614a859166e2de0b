import type { Channel } from '../../channel/channel.js';
import type { Neighbour } from '../../nic/host-evidence.js';
import { parseMac } from '../../nic/mac-address.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';
import { jsonList, textOf, textsOf } from './json.js';
import { isNetdevName } from './netdev-name.js';

/** Reads the host's ARP and IPv6 neighbour tables, with one command. */
export async function readNeighbours(
  host: Channel,
  options?: HostCommandOptions,
): Promise<readonly Neighbour[]> {
  return parseNeighbours(await hostCommand(host, ['ip', '-j', 'neighbour', 'show'], options));
}

const ADDRESS = /^[0-9a-f.:]{2,45}$/i;

/** Reads the output of `ip -j neighbour show`. What is no entry for an address is left out. */
export function parseNeighbours(text: string): readonly Neighbour[] {
  return jsonList(text, 'ip neighbour').flatMap((entry) => {
    const address = textOf(entry, 'dst', 45);
    const dev = textOf(entry, 'dev', 15);
    if (address === null || dev === null || !ADDRESS.test(address) || !isNetdevName(dev)) return [];
    const [state] = textsOf(entry, 'state', 20);
    return [
      {
        address: address.toLowerCase(),
        dev,
        mac: parseMac(textOf(entry, 'lladdr') ?? ''),
        state: (state ?? 'none').toLowerCase(),
      },
    ];
  });
}
