import type { HostLinks, SavedVf } from '../hypervisor/host/index.js';
import type { NetworkFunction } from '../hypervisor/pci/index.js';
import type { VfRow } from '../hypervisor/pci/vf-row.js';
import type { MacAddress } from '../nic/mac-address.js';

/** What a guest has left on a VF that it does not have any more. */
export interface VfResidue {
  /** The PF's netdev. */
  readonly netdev: string;
  readonly index: number;
  readonly row: VfRow;
  /** What libvirt has kept of the time before; null where it kept nothing. */
  readonly saved: SavedVf | null;
  /** Why the row is taken for a guest's; '' where only the kept file tells. */
  readonly because: string;
}

/** MAC addresses that definitions name. */
export type KnownMacs = ReadonlySet<MacAddress>;

/**
 * What was left on a VF that no guest has: a MAC that is a guest's in the PF's table, or the file in which libvirt keeps
 * what to put back. A MAC of the operator's own, a VLAN, trust alone say nothing: they may be set at boot. Null where there
 * is nothing, or the PF's table cannot be seen.
 */
export function vfResidue(
  one: NetworkFunction,
  links: HostLinks,
  saved: readonly SavedVf[],
  macs: KnownMacs,
): VfResidue | null {
  const { virtual } = one;
  if (virtual === null) return null;
  const pf = [...links.values()].find(({ pci, vfs }) => pci === virtual.physicalFunction && vfs.length > 0);
  const row = pf?.vfs.find(({ index }) => index === virtual.index);
  if (!pf || !row) return null;
  const kept = saved.find(({ netdev, index }) => netdev === pf.name && index === virtual.index) ?? null;
  const because = usedByHost(one) ? '' : guestsMac(row.mac, macs);
  return kept === null && because === ''
    ? null
    : { netdev: pf.name, index: virtual.index, row, saved: kept, because };
}

/** The prefix under which libvirt and QEMU make MACs for their guests (src/util/virmacaddr.c; net/net.c). */
const GUESTS = /^52:54:00:/;

function guestsMac(mac: MacAddress | null, macs: KnownMacs): string {
  if (mac === null) return '';
  if (macs.has(mac)) return 'a definition names this MAC for another NIC';
  return GUESTS.test(mac) ? 'libvirt and QEMU give their guests such MACs' : '';
}

/** The host itself uses it: what is set is the host's. */
function usedByHost({ netdevs }: NetworkFunction): boolean {
  return netdevs.some(
    ({ master, addresses }) => master !== null || addresses.some((address) => !address.startsWith('fe80:')),
  );
}
