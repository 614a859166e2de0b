import { fieldsOf, listOf, numberOf, textOf, textsOf, type Fields } from '../host/json.js';

/**
 * A route as `ip route replace` takes it, but for its device, from what `ip -j -d route` printed of it; null for one that
 * the kernel makes by itself with an address, that a router advertises, or that runs over several devices.
 */
export function routeWords(route: Fields, family: 4 | 6): readonly string[] | null {
  const protocol = textOf(route, 'protocol', 32);
  const type = textOf(route, 'type', 32) ?? 'unicast';
  const dst = textOf(route, 'dst', 64);
  if (dst === null || !MADE_AGAIN.has(type) || BY_ITSELF.has(protocol ?? '')) return null;
  if (listOf(route, 'nexthops').length > 0 || numberOf(route, 'nhid') !== null) return null;
  const table = textOf(route, 'table', 32);
  const metric = numberOf(route, 'metric');
  const scope = textOf(route, 'scope', 32);
  return [
    ...(type === 'unicast' ? [] : [type]),
    dst,
    ...gateway(route),
    ...pair('proto', protocol),
    ...(family === 4 ? pair('scope', scope) : []),
    ...pair('src', textOf(route, 'prefsrc', 64)),
    ...(metric === null || metric === 0 ? [] : ['metric', String(metric)]),
    ...(table === null || table === 'main' ? [] : ['table', table]),
    ...metrics(route),
    ...(textsOf(route, 'flags').includes('onlink') ? ['onlink'] : []),
  ];
}

const MADE_AGAIN: ReadonlySet<string> = new Set(['unicast', 'throw']);
const BY_ITSELF: ReadonlySet<string> = new Set(['kernel', 'ra', 'redirect']);

/** RFC 5549 has IPv4 routes through IPv6 gateways: iproute2 shows these under `via`. */
function gateway(route: Fields): readonly string[] {
  const via = fieldsOf(route, 'via');
  const host = textOf(via, 'host', 64);
  if (host !== null) return ['via', textOf(via, 'family', 16) ?? 'inet6', host];
  return pair('via', textOf(route, 'gateway', 64));
}

/** `metrics` is a list of objects with one number each: [{"mtu":1400}]. */
function metrics(route: Fields): readonly string[] {
  return listOf(route, 'metrics').flatMap((one) =>
    ['mtu', 'advmss', 'window', 'initcwnd', 'initrwnd'].flatMap((name) => {
      const value = numberOf(one, name);
      return value === null ? [] : [name, String(value)];
    }),
  );
}

function pair(word: string, value: string | null): readonly string[] {
  return value === null ? [] : [word, value];
}
