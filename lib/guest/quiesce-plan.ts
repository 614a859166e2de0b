import { HotnicError } from '../errors/hotnic-error.js';
import { printable } from './printable.js';
import type { GuestNetdev, GuestProbe } from './probe-types.js';

/** What quiescing a netdev would do, and what speaks against it. */
export interface QuiescePlan {
  readonly netdev: string;
  readonly ifindex: number;
  /** What will be done, in words and in order; empty when it must not be touched. */
  readonly steps: readonly string[];
  /** Netdevs on top of it: they lose it, and VLANs and macvlans go with it. */
  readonly holders: readonly Holder[];
  /** It is the only way by which this session reaches the guest: quiescing it would cut the session. */
  readonly carriesSession: boolean;
  readonly hasDefaultRoute: boolean;
}

export interface Holder {
  readonly name: string;
  /** 'bridge', 'bond', 'vlan', 'macvlan', …; null when the guest does not say. */
  readonly kind: string | null;
}

/**
 * Plans how a netdev is made idle, from a probe.
 * @throws HotnicError `guest-netdev-unknown`
 */
export function planQuiesce(probe: GuestProbe, name: string): QuiescePlan {
  const netdev = findNetdev(probe, name);
  const above = allAbove(probe, netdev);
  const carriesSession = onlyWay(probe, netdev, above);
  const shown = printable(name);
  const steps: string[] = [];
  if (netdev.master !== null) steps.push(`take ${shown} out of ${printable(netdev.master)}`);
  if (netdev.up) steps.push(`set ${shown} down`);
  return {
    netdev: name,
    ifindex: netdev.ifindex,
    steps: carriesSession ? [] : steps,
    holders: netdev.uppers.map((upper) => ({
      name: upper,
      kind: probe.netdevs.find((candidate) => candidate.name === upper)?.kind ?? null,
    })),
    carriesSession,
    hasDefaultRoute: [netdev, ...above].some(({ name: each }) => probe.defaultRouteNetdevs.includes(each)),
  };
}

function findNetdev(probe: GuestProbe, name: string): GuestNetdev {
  const netdev = probe.netdevs.find((candidate) => candidate.name === name);
  if (netdev) return netdev;
  throw new HotnicError('guest-netdev-unknown', `The guest has no network interface ${printable(name)}`, {
    seen: printable(probe.netdevs.map((candidate) => candidate.name).join(', ')),
  });
}

/** Every netdev that stands on this one, directly or not. */
function allAbove(probe: GuestProbe, netdev: GuestNetdev): GuestNetdev[] {
  const found = new Set<GuestNetdev>();
  const queue = [netdev];
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    const names = new Set([...current.uppers, current.master]);
    for (const upper of probe.netdevs) {
      if (!names.has(upper.name) || found.has(upper)) continue;
      found.add(upper);
      queue.push(upper);
    }
  }
  return [...found];
}

/** True unless the session's netdev is a bond that has another port with carrier. */
function onlyWay(probe: GuestProbe, netdev: GuestNetdev, above: readonly GuestNetdev[]): boolean {
  const carrier = probe.session?.netdev;
  if (carrier === undefined || carrier === null) return false;
  if (carrier !== netdev.name && !above.some(({ name }) => name === carrier)) return false;
  const bond = above.find(({ name, kind }) => name === netdev.master && kind === 'bond');
  return !probe.netdevs.some(
    (other) => bond !== undefined && other.master === bond.name && other !== netdev && other.carrier === true,
  );
}
