import type { ConfigClaim } from '../guest/config/claim.js';
import { readClaims } from '../guest/config/read-claims.js';
import { printable } from '../guest/printable.js';
import type { GuestConfigFiles } from '../guest/probe-deep-types.js';
import type { GuestNetdev, GuestProbe } from '../guest/probe-types.js';
import type { MacAddress } from '../nic/mac-address.js';
import type { PlaneReading, Sighting } from '../nic/sighting.js';

/**
 * The NICs that the guest's configuration names, one sighting for each however many files name it. What names a netdev
 * that is there gets its PCI path and so joins it; a netdev that is not on PCI (a tunnel, a USB adapter) is no NIC of
 * the domain and is left out.
 */
export function readGuestConfig(probe: GuestProbe, readAt: number): PlaneReading {
  const { config } = probe;
  if (config === null)
    return { plane: 'guest-config', state: 'not-asked', why: 'only a scan reads it', sightings: [] };
  const netdevs = [...probe.netdevs, ...(probe.namespaces ?? []).flatMap((space) => space.netdevs)];
  const groups = new Map<string, Group>();
  for (const claim of inOrder(readClaims(config).claims)) {
    const netdev = netdevOf(claim, netdevs);
    if (netdev && netdev.pciPath === null) continue;
    const key = keyOf(claim, netdev, groups);
    const group = groups.get(key) ?? { netdev, claims: [] };
    group.claims.push(claim);
    groups.set(key, group);
  }
  return {
    plane: 'guest-config',
    state: 'read',
    sightings: [...groups.values()].map((group) => sight(group, config, readAt)),
  };
}

interface Group {
  readonly netdev: GuestNetdev | null;
  readonly claims: ConfigClaim[];
}

/** Claims by MAC first: they tell whose the names are. */
function inOrder(claims: readonly ConfigClaim[]): readonly ConfigClaim[] {
  return [...claims].sort((a, b) => Number(a.mac === null) - Number(b.mac === null));
}

/** The netdev that a claim is about. Between two with one MAC the name decides, or nothing does. */
function netdevOf(claim: ConfigClaim, netdevs: readonly GuestNetdev[]): GuestNetdev | null {
  const byMac = netdevs.filter(
    ({ mac, permanentMac }) => claim.mac !== null && (permanentMac ?? mac) === claim.mac,
  );
  const own = byMac.length > 0 ? byMac : netdevs.filter(({ mac }) => claim.mac !== null && mac === claim.mac);
  const [first] = own;
  if (first) return own.find(({ name }) => name === (claim.name ?? claim.gives)) ?? first;
  return netdevs.find(({ name }) => claim.name !== null && name === claim.name) ?? null;
}

function keyOf(claim: ConfigClaim, netdev: GuestNetdev | null, groups: ReadonlyMap<string, Group>): string {
  if (netdev) return `netdev ${netdev.ifindex} ${netdev.name}`;
  if (claim.mac !== null) return `mac ${claim.mac}`;
  const giver = [...groups].find(([, { claims }]) =>
    claims.some(({ gives, name }) => claim.name !== null && (gives === claim.name || name === claim.name)),
  );
  return giver?.[0] ?? `name ${claim.name ?? ''}`;
}

function sight({ netdev, claims }: Group, config: GuestConfigFiles, readAt: number): Sighting {
  const mac: MacAddress | null = netdev
    ? (netdev.permanentMac ?? netdev.mac)
    : (claims.find((claim) => claim.mac !== null)?.mac ?? null);
  const name = claims.map((claim) => claim.name ?? claim.gives).find((one) => one !== null) ?? null;
  const places = claims.map(({ system, file, line }) => `${system} ${printable(file, 300)}:${line}`);
  return {
    plane: 'guest-config',
    readFrom: [...new Set(places)].slice(0, 20).join('; '),
    readAt,
    alias: null,
    mac,
    pciPath: netdev?.pciPath ?? null,
    name,
    facts: {
      places: [...new Set(places)].slice(0, 20).join('\n'),
      matchesName: claims.map((claim) => claim.name).find((one) => one !== null) ?? null,
      // JSON, because facts are flat: what a remedy would take out.
      cuts: JSON.stringify(
        claims.map(({ file, cut }) => ({
          file,
          sha256: config.files.find(({ path }) => path === file)?.sha256 ?? null,
          cut,
        })),
      ),
    },
  };
}
