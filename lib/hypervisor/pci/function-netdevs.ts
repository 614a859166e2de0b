import { parseMac } from '../../nic/mac-address.js';
import { jsonList, listOf, numberOf, textOf, textsOf, type Fields } from '../host/json.js';
import type { FunctionNetdev } from './network-function.js';

/**
 * Reads what `ip -j -d address show` printed, and gives a netdev by its name. One that `ip` does not know (it went away
 * between the two) is there with nothing known of it.
 * @throws HotnicError `host-answer`
 */
export function parseFunctionNetdevs(text: string): (name: string) => FunctionNetdev {
  const entries = new Map(jsonList(text, 'ip address').map((entry) => [textOf(entry, 'ifname', 15), entry]));
  return (name) => toNetdev(name, entries.get(name) ?? {});
}

function toNetdev(name: string, entry: Fields): FunctionNetdev {
  const flags = textsOf(entry, 'flags');
  const up = flags.includes('UP');
  return {
    name,
    mac: parseMac(textOf(entry, 'address') ?? ''),
    up,
    carrier: up ? flags.includes('LOWER_UP') : null,
    mtu: numberOf(entry, 'mtu'),
    master: textOf(entry, 'master', 15),
    addresses: listOf(entry, 'addr_info').flatMap((one) => {
      const local = textOf(one, 'local', 64);
      const prefix = numberOf(one, 'prefixlen');
      return local === null || prefix === null ? [] : [`${local}/${prefix}`];
    }),
  };
}
