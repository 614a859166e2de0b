import { HotnicError } from '../../errors/hotnic-error.js';
import type { GuestProbe } from '../../guest/probe-types.js';
import type { Nic } from '../../nic/sighting.js';

/**
 * Refuses the NIC that carries the SSH session through which the guest is asked, also when it does so as a port of a
 * bond or bridge or under a VLAN.
 * @throws HotnicError `management-nic`
 */
export function refuseManagementNic(nic: Nic, probe: GuestProbe, domain: string): void {
  if (!carriesSession(nic, probe)) return;
  const carrier = probe.session?.netdev ?? '';
  throw new HotnicError(
    'management-nic',
    `${nic.guestName ?? 'the NIC'} carries the SSH session to the guest${carrier === nic.guestName ? '' : ` (under ${carrier})`}`,
    {
      why: 'without it hotnic could neither ask the guest nor prove anything',
      state: 'nothing was changed',
      next: `reach ${domain} another way (--ssh), or add --allow-management-nic if it may lose this connection`,
    },
  );
}

/** True when the guest is asked through this NIC. */
export function carriesSession(nic: Nic, probe: GuestProbe): boolean {
  const carrier = probe.session?.netdev ?? null;
  return carrier !== null && nic.guestName !== null && carriers(carrier, probe).has(nic.guestName);
}

/** The netdev and all that lies under it. */
function carriers(name: string, probe: GuestProbe): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [name];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const lowers = probe.netdevs.filter((one) => one.name === next).flatMap((one) => one.lowers);
    const ports = probe.netdevs.filter((one) => one.master === next).map((one) => one.name);
    queue.push(...lowers, ...ports);
  }
  return found;
}
