import type { Channel } from '../../channel/channel.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';
import { jsonList, listOf, numberOf, textOf, textsOf, type Fields } from '../host/json.js';
import { routeWords } from './route-words.js';

/**
 * What goes with a netdev when its function is given away, and can be put back: as `ip` takes it. Addresses and routes
 * that the kernel or a router's advertisement makes by itself are not in it.
 */
export interface NetdevSettings {
  readonly name: string;
  readonly mac: string | null;
  readonly mtu: number | null;
  readonly up: boolean;
  readonly master: string | null;
  /** Words after `ip address replace dev NAME`; the first is the address with its prefix. */
  readonly addresses: readonly (readonly string[])[];
  /** Words after `ip route replace`, and before `dev NAME`; the first is the destination or the kind of route. */
  readonly routes: readonly SavedRoute[];
}

export interface SavedRoute {
  readonly family: 4 | 6;
  readonly words: readonly string[];
}

const SCRIPT = `ip -j -d address show dev "$1" || exit 3
for family in -4 -6; do echo; echo routes; ip "$family" -j -d route show table all dev "$1"; done
exit 0`;

/**
 * Reads the settings of a netdev.
 * @throws HotnicError `host-command` where there is no such netdev, `host-answer`
 */
export async function readNetdevSettings(
  host: Channel,
  name: string,
  options?: HostCommandOptions,
): Promise<NetdevSettings> {
  const text = await hostCommand(host, ['sh', '-c', SCRIPT, 'sh', name], options);
  const [link = '', four = '', six = ''] = text.split('\nroutes\n');
  return parseNetdevSettings(name, { link, four, six });
}

/** Reads what `ip` printed of one netdev. */
export function parseNetdevSettings(
  name: string,
  printed: { readonly link: string; readonly four: string; readonly six: string },
): NetdevSettings {
  const entry = jsonList(printed.link, 'ip address').find((one) => textOf(one, 'ifname', 15) === name) ?? {};
  const routesOf = (text: string, family: 4 | 6) =>
    jsonList(text, 'ip route').flatMap((route) => {
      const words = routeWords(route, family);
      return words === null ? [] : [{ family, words }];
    });
  return {
    name,
    mac: textOf(entry, 'address', 32),
    mtu: numberOf(entry, 'mtu'),
    up: textsOf(entry, 'flags').includes('UP'),
    master: textOf(entry, 'master', 15),
    addresses: listOf(entry, 'addr_info').flatMap((one) => addressWords(one) ?? []),
    routes: [...routesOf(printed.four, 4), ...routesOf(printed.six, 6)].sort(reachableFirst),
  };
}

const FOREVER = 0xffff_ffff;

/** Null for the link-local address that the kernel gives, which comes back by itself. */
function addressWords(entry: Fields): [readonly string[]] | null {
  const local = textOf(entry, 'local', 64);
  const prefix = numberOf(entry, 'prefixlen');
  if (local === null || prefix === null) return null;
  const six = textOf(entry, 'family') === 'inet6';
  const scope = textOf(entry, 'scope', 32);
  if (six && scope === 'link') return null;
  const peer = textOf(entry, 'address', 64);
  const brd = textOf(entry, 'broadcast', 64);
  const label = textOf(entry, 'label', 15);
  const valid = numberOf(entry, 'valid_life_time') ?? FOREVER;
  const preferred = numberOf(entry, 'preferred_life_time') ?? FOREVER;
  return [
    [
      ...(peer === null ? [`${local}/${prefix}`] : [local, 'peer', `${peer}/${prefix}`]),
      ...(brd === null ? [] : ['broadcast', brd]),
      ...(label === null || six ? [] : ['label', label]),
      ...(scope === null ? [] : ['scope', scope]),
      ...(valid >= FOREVER
        ? []
        : ['valid_lft', String(valid), 'preferred_lft', String(Math.min(preferred, valid))]),
      ...(entry['noprefixroute'] === true ? ['noprefixroute'] : []),
      ...(six ? ['nodad'] : []),
    ],
  ];
}

/** A route through a gateway can be made once the gateway is reachable. */
function reachableFirst(a: SavedRoute, b: SavedRoute): number {
  const far = ({ words }: SavedRoute) => (words.includes('via') ? 1 : 0);
  return far(a) - far(b);
}
