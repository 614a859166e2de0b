import { BlockList, isIPv6 } from 'node:net';
import type { DhcpLease, HostEvidence, Neighbour } from '../nic/host-evidence.js';
import type { MacAddress } from '../nic/mac-address.js';
import type { Nic, PlaneReading } from '../nic/sighting.js';
import { nameOf, stateOf, type Judge } from './verdict.js';

/** One contradiction between what the host believes of an address, and the NIC. */
export type AddressConflict =
  /** The server's lease is for one address, the guest uses another of the same subnet. */
  | { readonly kind: 'lease-differs'; readonly lease: DhcpLease; readonly uses: readonly string[] }
  /** One address is leased to two MACs. */
  | {
      readonly kind: 'leased-twice';
      readonly lease: DhcpLease;
      readonly other: DhcpLease;
      readonly guestHasIt: boolean | null;
    }
  /** The only lease of the MAC is in a network that the NIC is not in, and the guest has no address. */
  | { readonly kind: 'leased-elsewhere'; readonly lease: DhcpLease; readonly network: string }
  /** The host would send packets for the guest's address to another MAC. */
  | { readonly kind: 'neighbour'; readonly neighbour: Neighbour };

/** A lease or a neighbour entry of the host contradicts the NIC. */
export const leaseConflict: Judge = ({ nic, host, readings }) => {
  const conflicts = host === null ? [] : addressConflicts(nic, host, readings);
  const [first] = conflicts;
  if (!first) return null;
  return {
    kind: 'lease-conflict',
    summary: `${nameOf(nic)}: ${describe(first, nic)}`,
    evidence: conflicts.map((one) => `${SOURCES[one.kind]}: ${describe(one, nic)}`),
    cause: CAUSES[first.kind],
    next: 'hotnic ghosts clean, then renew the address in the guest if it should come from DHCP',
  };
};

/**
 * All contradictions about a NIC of a running domain. Pure. No conflict are: a lease of a NIC that is gone, several
 * leases of which the guest uses one (several client identifiers), addresses without a lease, and two NICs with one MAC,
 * whose leases cannot be told apart.
 */
export function addressConflicts(
  nic: Nic,
  host: HostEvidence,
  readings: readonly PlaneReading[],
): readonly AddressConflict[] {
  const { live } = nic.sightings;
  const mac = nic.mac;
  if (!live || mac === null) return [];
  const sameMac =
    readings.find(({ plane }) => plane === 'live')?.sightings.filter((one) => one.mac === mac) ?? [];
  const guest = guestAddresses(nic, readings);
  const leases = host.leases.filter(({ expiresAt }) => expiresAt === null || expiresAt > live.readAt);
  return [
    ...(sameMac.length > 1 ? [] : leaseConflicts(nic, mac, leases, guest)),
    ...neighbourConflicts(nic, mac, host, guest ?? []),
  ];
}

function leaseConflicts(
  nic: Nic,
  mac: MacAddress,
  leases: readonly DhcpLease[],
  guest: readonly string[] | null,
): readonly AddressConflict[] {
  const own = leases.filter((lease) => lease.mac === mac);
  const here = own.filter((lease) => isOn(nic, lease));
  const twice = here.flatMap((lease): AddressConflict[] => {
    const other = leases.find(
      ({ network, address, mac: whose }) =>
        network === lease.network && address === lease.address && whose !== mac,
    );
    const guestHasIt = guest && guest.includes(lease.address);
    return other ? [{ kind: 'leased-twice', lease, other, guestHasIt }] : [];
  });
  if (guest === null) return twice;
  return [...twice, ...differing(here, guest), ...elsewhere(nic, own, here, guest)];
}

function differing(here: readonly DhcpLease[], guest: readonly string[]): readonly AddressConflict[] {
  if (here.some(({ address }) => guest.includes(address))) return [];
  return here.flatMap((lease): AddressConflict[] => {
    const uses = guest.filter((address) => inSubnet(address, lease));
    return uses.length === 0 ? [] : [{ kind: 'lease-differs', lease, uses }];
  });
}

function elsewhere(
  nic: Nic,
  own: readonly DhcpLease[],
  here: readonly DhcpLease[],
  guest: readonly string[],
): readonly AddressConflict[] {
  const network = networkOf(nic);
  // Only a NIC that is in a network of libvirt's could have had a lease there instead.
  if (network === null || here.length > 0 || guest.length > 0) return [];
  return own.map((lease) => ({ kind: 'leased-elsewhere', lease, network }));
}

function neighbourConflicts(
  nic: Nic,
  mac: MacAddress,
  host: HostEvidence,
  guest: readonly string[],
): readonly AddressConflict[] {
  const bridge = bridgeOf(nic);
  // The guest may have given its NIC another MAC than the definition's.
  const own = new Set<string>([mac, nic.sightings['guest-net']?.mac ?? mac]);
  return host.neighbours.flatMap((neighbour): AddressConflict[] => {
    const contradicts =
      neighbour.dev === bridge &&
      neighbour.mac !== null &&
      !own.has(neighbour.mac) &&
      guest.includes(neighbour.address) &&
      !NO_MEANING.has(neighbour.state);
    return contradicts ? [{ kind: 'neighbour', neighbour }] : [];
  });
}

// NUD_FAILED and NUD_INCOMPLETE: nobody answered; NUD_NONE and NUD_NOARP: nobody was asked (linux/neighbour.h).
const NO_MEANING = new Set(['failed', 'incomplete', 'none', 'noarp']);

/** The guest's own addresses, without link-local ones; null where the guest was not read. */
function guestAddresses(nic: Nic, readings: readonly PlaneReading[]): readonly string[] | null {
  const seen = nic.sightings['guest-net'];
  if (!seen || stateOf(readings, 'guest-net') !== 'read') return null;
  const text = seen.facts['addresses'];
  return (typeof text === 'string' ? text.split(' ') : [])
    .map((one) => one.replace(/\/\d+$/, '').toLowerCase())
    .filter((address) => address !== '' && !/^(?:fe[89ab]|169\.254\.)/.test(address));
}

function isOn(nic: Nic, lease: DhcpLease): boolean {
  return networkOf(nic) === lease.network || (lease.bridge !== null && bridgeOf(nic) === lease.bridge);
}

function networkOf(nic: Nic): string | null {
  return sourceOf(nic, 'network');
}

/** Where the tap is now, else where the definition says. */
function bridgeOf(nic: Nic): string | null {
  const master = nic.sightings.host?.facts['master'];
  return typeof master === 'string' ? master : sourceOf(nic, 'bridge');
}

function sourceOf(nic: Nic, kind: string): string | null {
  const source = nic.sightings.live?.facts['source'];
  return typeof source === 'string' && source.startsWith(`${kind} `) ? source.slice(kind.length + 1) : null;
}

function inSubnet(address: string, { address: of, prefix }: DhcpLease): boolean {
  const family = (one: string) => (isIPv6(one) ? 'ipv6' : 'ipv4');
  if (prefix === undefined || family(address) !== family(of)) return false;
  try {
    const subnet = new BlockList();
    subnet.addSubnet(of, prefix, family(of));
    return subnet.check(address, family(address));
  } catch {
    // An address or prefix that is none: it is in no subnet.
    return false;
  }
}

function describe(conflict: AddressConflict, nic: Nic): string {
  const whose = nic.mac ?? nameOf(nic);
  switch (conflict.kind) {
    case 'lease-differs':
      return `the network ${conflict.lease.network} has leased ${conflict.lease.address} to ${whose}, the guest uses ${conflict.uses.join(', ')}`;
    case 'leased-twice':
      return `the network ${conflict.lease.network} has leased ${conflict.lease.address} to ${whose} and to ${conflict.other.mac}`;
    case 'leased-elsewhere':
      return `${whose} has a lease of ${conflict.lease.address} in the network ${conflict.lease.network}, it is in ${conflict.network}, and the guest has no address`;
    case 'neighbour':
      return `the host sends packets for ${conflict.neighbour.address} to ${conflict.neighbour.mac ?? 'nobody'} (${conflict.neighbour.dev}, ${conflict.neighbour.state}), the guest’s NIC is ${whose}`;
  }
}

const SOURCES: Readonly<Record<AddressConflict['kind'], string>> = {
  'lease-differs': 'DHCP leases of libvirt, addresses of the guest',
  'leased-twice': 'DHCP leases of libvirt',
  'leased-elsewhere': 'DHCP leases of libvirt, running definition',
  neighbour: 'neighbour table of the host, addresses of the guest',
};

const CAUSES: Readonly<Record<AddressConflict['kind'], string>> = {
  'lease-differs':
    'the lease is older than the address: it was set by hand, or another DHCP server answered first',
  'leased-twice': 'the lease was given to a NIC that has gone, and the address given again before it ran out',
  'leased-elsewhere': 'the MAC was used in another network before, and that lease has not run out',
  neighbour:
    'the host’s neighbour entry is stale: the address was another machine’s until a moment ago; or two machines use it',
};
