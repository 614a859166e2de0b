import type { ConfigClaim } from '../config/claim.js';
import type { GuestNetdev } from '../probe-types.js';
import type { Naming } from './inspect-types.js';

// name_assign_type, uapi/linux/netdevice.h: NET_NAME_ENUM 1, PREDICTABLE 2, USER 3, RENAMED 4.
const ASSIGNED: Readonly<Record<string, Naming['assigned']>> = {
  '1': 'kernel',
  '2': 'predictable',
  '3': 'user',
  '4': 'renamed',
};

// In the order in which systemd's default policy tries them (systemd.link(5), NamePolicy); ID_NET_NAME is the choice itself.
const PROPERTIES = [
  'ID_NET_NAME_FROM_DATABASE',
  'ID_NET_NAME_ONBOARD',
  'ID_NET_NAME_SLOT',
  'ID_NET_NAME_PATH',
  'ID_NET_NAME_MAC',
];

/** How a NIC came by its name; `claims` are the guest's rules that give names, `links` the .link files by path. */
export function namingOf(
  netdev: GuestNetdev,
  assignType: string,
  claims: readonly ConfigClaim[],
  links: ReadonlyMap<string, readonly string[]>,
): Naming {
  const assigned = ASSIGNED[assignType] ?? 'unknown';
  const property = PROPERTIES.find((key) => netdev.udev.get(key) === netdev.name) ?? null;
  const linkFile = netdev.udev.get('ID_NET_LINK_FILE') ?? null;
  return { assigned, property, linkFile, rule: ruleOf(netdev, assigned, property, linkFile, claims, links) };
}

function ruleOf(
  { name, mac, permanentMac, udev }: GuestNetdev,
  assigned: Naming['assigned'],
  property: string | null,
  linkFile: string | null,
  claims: readonly ConfigClaim[],
  links: ReadonlyMap<string, readonly string[]>,
): string {
  const claim = claims.find(
    (one) => one.gives === name && one.mac !== null && (one.mac === mac || one.mac === permanentMac),
  );
  if (claim) return `${claim.file}:${claim.line} gives this name to ${claim.mac ?? ''} (${claim.system})`;
  const settings = links.get(linkFile ?? '') ?? [];
  if (linkFile !== null && settings.includes(`Name=${name}`)) return `${linkFile} gives this name`;
  if (property !== null) {
    const by = linkFile === null ? 'udev' : linkFile;
    return `${by}: ${property}${udev.has('ID_NET_NAMING_SCHEME') ? `, naming scheme ${udev.get('ID_NET_NAMING_SCHEME') ?? ''}` : ''}`;
  }
  if (assigned === 'kernel') return 'the kernel numbered it; no rule of udev renamed it';
  if (assigned === 'predictable') return 'the kernel named it by firmware or place';
  if (assigned === 'user') return 'the program that made it named it';
  if (assigned === 'renamed')
    return 'it was renamed, by a program or a rule that the guest’s configuration does not show';
  return 'not known';
}
