import type { ConfigClaim, ConfigSystem } from '../config/claim.js';
import type { GuestNetdev } from '../probe-types.js';
import type { Owner } from './inspect-types.js';

/** What the guest's managers noted of their devices in /run, and which of them run. */
export interface OwnerFacts {
  /** Lines KEY=VALUE by file. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
  /** Lines of /run/network/ifstate: "eth0=eth0". */
  readonly ifstate: readonly string[];
  readonly dhcp: readonly string[];
}

// Which system's files are only another one's input.
const RENDERS: Readonly<Partial<Record<ConfigSystem, readonly ConfigSystem[]>>> = {
  'cloud-init': ['netplan', 'NetworkManager', 'systemd-networkd', 'ifupdown', 'ifcfg'],
  netplan: ['NetworkManager', 'systemd-networkd'],
  ifcfg: ['NetworkManager'],
};

/** Who configures a NIC: first whoever has it in hand now, then whoever names it in a file. */
export function ownerOf(netdev: GuestNetdev, facts: OwnerFacts, claims: readonly ConfigClaim[]): Owner {
  const found = [...running(netdev, facts), ...named(netdev, claims)];
  const systems = [...new Set(found.map(([system]) => system))];
  return {
    systems,
    evidence: [...new Set(found.map(([, text]) => text)), ...clients(netdev, facts)],
    conflict: systems.some((one) =>
      systems.some(
        (other) =>
          one !== other && !renders(one, other) && !renders(other, one) && !bothRendered(one, other, systems),
      ),
    ),
  };
}

function renders(one: ConfigSystem, other: ConfigSystem): boolean {
  return RENDERS[one]?.includes(other) ?? false;
}

/** netplan and networkd of a NIC that cloud-init wrote netplan for are one chain, not two owners. */
function bothRendered(one: ConfigSystem, other: ConfigSystem, systems: readonly ConfigSystem[]): boolean {
  return systems.some(
    (top) => renders(top, one) && renders(top, other) && (renders(one, other) || renders(other, one)),
  );
}

function running({ ifindex, name }: GuestNetdev, { notes, ifstate }: OwnerFacts): [ConfigSystem, string][] {
  const found: [ConfigSystem, string][] = [];
  const networkd = notes.get(`/run/systemd/netif/links/${ifindex}`) ?? [];
  const state = networkd.find((line) => line.startsWith('ADMIN_STATE='))?.slice('ADMIN_STATE='.length);
  const file = networkd.find((line) => line.startsWith('NETWORK_FILE='))?.slice('NETWORK_FILE='.length);
  if (state !== undefined && state !== 'unmanaged' && state !== 'pending') {
    found.push([
      'systemd-networkd',
      `systemd-networkd has it ${state}${file === undefined ? '' : ` by ${file}`}`,
    ]);
    // netplan's generator writes its files with its own name in them.
    if (file !== undefined && /\/\d+-netplan-[^/]*\.network$/.test(file))
      found.push(['netplan', `netplan made ${file}`]);
  }
  const manager = notes.get(`/run/NetworkManager/devices/${ifindex}`) ?? [];
  if (manager.includes('managed=true') || manager.some((line) => line.startsWith('connection-uuid=')))
    found.push(['NetworkManager', 'NetworkManager has it managed']);
  if (ifstate.some((line) => line.split('=')[0] === name))
    found.push(['ifupdown', '/run/network/ifstate says that ifup brought it up']);
  return found;
}

function named(
  { name, mac, permanentMac }: GuestNetdev,
  claims: readonly ConfigClaim[],
): [ConfigSystem, string][] {
  return claims
    .filter(
      (one) => one.system !== 'udev' && !(one.system === 'systemd-networkd' && one.file.endsWith('.link')),
    )
    .filter((one) => (one.mac === null ? one.name === name : one.mac === mac || one.mac === permanentMac))
    .map((one) => [
      one.system,
      `${one.file}:${one.line} names it by ${one.mac === null ? 'its name' : 'its MAC'}`,
    ]);
}

function clients({ name }: GuestNetdev, { dhcp }: OwnerFacts): string[] {
  return dhcp
    .filter((line) => line.split(' ').includes(name))
    .map((line) => `a DHCP client runs on it: ${line}`);
}
