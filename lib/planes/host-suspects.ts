import type {
  FilterBindingFact,
  HostFacts,
  HostLink,
  NetworkPortFact,
  OvsPort,
} from '../hypervisor/host/index.js';
import { valueOf } from '../hypervisor/host/index.js';
import type { HostClaims } from './host-claims.js';

/** Something on the host that looks like libvirt's and that no domain names. */
export type HostSuspect =
  | {
      readonly kind: 'device';
      readonly name: string;
      /** Null where the kernel has no such device, and only the switch or a filter still names it. */
      readonly link: HostLink | null;
      readonly ovs: OvsPort | null;
      readonly binding: FilterBindingFact | null;
      /** Why it is taken for libvirt's. */
      readonly because: string;
    }
  | { readonly kind: 'network-port'; readonly name: string; readonly port: NetworkPortFact };

/**
 * Names that libvirt generates for a domain's devices on the host: VIR_NET_GENERATED_VNET_PREFIX ("vnet"),
 * …_MACVTAP_PREFIX and …_MACVLAN_PREFIX of src/util/virnetdev.h, each with a number behind it.
 */
const GENERATED = { tap: /^vnet\d+$/, macvtap: /^macvtap\d+$/, macvlan: /^macvlan\d+$/ };

/** Picks the suspects out of what was read. Pure; nobody has looked yet whether a process holds them. */
export function hostSuspects(facts: HostFacts, claims: HostClaims): readonly HostSuspect[] {
  const links = valueOf(facts.links);
  // Without the kernel's own list nothing is known to be left over; without all definitions, everything may be owned.
  if (links === null || !claims.complete) return [];
  return [...devices(facts, links, claims), ...ports(facts, links, claims)];
}

function devices(
  facts: HostFacts,
  links: ReadonlyMap<string, HostLink>,
  claims: HostClaims,
): readonly HostSuspect[] {
  const bridges = new Set((valueOf(facts.networks) ?? []).flatMap(({ bridge }) => bridge ?? []));
  const ovs = new Map((valueOf(facts.ovsPorts) ?? []).map((port) => [port.name, port]));
  const bindings = new Map((valueOf(facts.filterBindings) ?? []).map((one) => [one.portDev, one]));
  const names = new Set([...links.keys(), ...ovs.keys(), ...bindings.keys()]);
  return [...names].flatMap((name): HostSuspect[] => {
    if (claims.devices.has(name)) return [];
    const link = links.get(name) ?? null;
    // Claimed by another of its names.
    if (link?.altNames.some((other) => claims.devices.has(other)) === true) return [];
    const port = ovs.get(name) ?? null;
    const binding = bindings.get(name) ?? null;
    const because = link ? becauseOfLink(link, bridges, port, binding) : becauseOfRest(name, port, binding);
    return because === null ? [] : [{ kind: 'device', name, link, ovs: port, binding, because }];
  });
}

function becauseOfLink(
  link: HostLink,
  libvirtBridges: ReadonlySet<string>,
  ovs: OvsPort | null,
  binding: FilterBindingFact | null,
): string | null {
  if (link.tun?.type === 'tap') {
    // Made for a user or group: an operator's (ip tuntap add … user). libvirt never sets an owner.
    if (link.tun.owned) return null;
    if (GENERATED.tap.test(link.name)) return 'libvirt gives its taps such names';
    if (ovs !== null && isLibvirts(ovs)) return 'libvirt made its port of Open vSwitch';
    if (binding !== null) return 'a network filter of libvirt is bound to it';
    // Older libvirt keeps a tap of its own on each bridge, which gives the bridge its MAC: "virbr0-nic".
    if (link.master === null || link.name === `${link.master}-nic`) return null;
    return libvirtBridges.has(link.master) ? `it is a port of libvirt's bridge ${link.master}` : null;
  }
  if (link.kind === 'macvtap')
    return GENERATED.macvtap.test(link.name) ? 'libvirt gives its macvtaps such names' : null;
  // "macvlan0" is also what people call their own: one that is up or has an address is in use by the host itself.
  const idle = !link.up && link.addresses.length === 0 && link.master === null;
  if (link.kind === 'macvlan' && GENERATED.macvlan.test(link.name) && idle)
    return 'libvirt gives its macvlans such names';
  return null;
}

/** The kernel has no such device: a name in the switch or a filter is all that is left of it. */
function becauseOfRest(name: string, ovs: OvsPort | null, binding: FilterBindingFact | null): string | null {
  if (ovs !== null && (ovs.type === '' || ovs.type === 'system')) {
    if (isLibvirts(ovs)) return 'libvirt made its port of Open vSwitch';
    if (GENERATED.tap.test(name)) return 'libvirt gives its taps such names';
  }
  return binding === null ? null : 'a network filter of libvirt is bound to it';
}

/** libvirt writes these two beside each other and nobody else does (virnetdevopenvswitch). */
function isLibvirts({ externalIds }: OvsPort): boolean {
  return externalIds.has('attached-mac') && externalIds.has('vm-id');
}

function ports(
  facts: HostFacts,
  links: ReadonlyMap<string, HostLink>,
  claims: HostClaims,
): readonly HostSuspect[] {
  // Containers of libvirt's LXC driver use the same networks, and its domains are not listed here.
  const containerBridges = new Set(
    [...links.values()].flatMap(({ kind, name, master }) =>
      kind === 'veth' && GENERATED.tap.test(name) && master !== null ? [master] : [],
    ),
  );
  return (valueOf(facts.networks) ?? []).flatMap(({ ports: all }) =>
    (all ?? []).flatMap((port): HostSuspect[] => {
      const known = port.ownerUuid !== null && claims.domains.has(port.ownerUuid);
      const maybeContainer = !known && containerBridges.has(port.plugDevice ?? '');
      // A port that its owner's running definition does not name may be one that is just being attached: the second
      // look tells.
      if (claims.ports.has(port.uuid) || maybeContainer) return [];
      return [{ kind: 'network-port', name: port.uuid, port }];
    }),
  );
}
