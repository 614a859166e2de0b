import type { Channel } from '../../channel/channel.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';
import { isNetdevName } from './netdev-name.js';

/** A PCI function of the host that is a NIC, or that is bound to vfio-pci. */
export interface HostFunction {
  readonly address: PciAddress;
  /** The 24-bit class code; 0x020000 is an Ethernet controller. */
  readonly class: number;
  readonly vendor: number;
  readonly device: number;
  readonly driver: string | null;
  readonly iommuGroup: number | null;
  /** The PF of a VF. */
  readonly physicalFunction: PciAddress | null;
  readonly netdevs: readonly string[];
}

// Reading `driver_override` or `uevent` of a function whose vfio group somebody holds can block for ever
// (docs/planes-and-verdicts.md); a link is only looked up, and class, vendor and device are constants.
const SCRIPT = `cd /sys/bus/pci/devices || exit 3
find */ -maxdepth 1 -type l \\( -name driver -o -name iommu_group -o -name physfn \\) -printf 'link\\t%p\\t%l\\n' 2>/dev/null
find */ -mindepth 2 -maxdepth 2 -path '*/net/*' -printf 'net\\t%p\\t\\n' 2>/dev/null
grep -s . */class */vendor */device | sed 's/:\\(0x[0-9a-f]*\\)$/\\t\\1/; s/^/id\\t/'
exit 0`;

const NETWORK_CLASS = 0x02;

/** Reads the PCI network functions and what is bound to vfio-pci, in a child process with a deadline. */
export async function readFunctions(
  host: Channel,
  options?: HostCommandOptions,
): Promise<readonly HostFunction[]> {
  return parseFunctions(await hostCommand(host, ['sh', '-c', SCRIPT], options));
}

interface Found {
  class?: number;
  vendor?: number;
  device?: number;
  driver?: string;
  iommuGroup?: number;
  physicalFunction?: PciAddress | null;
  readonly netdevs: string[];
}

/** Reads what the script prints: lines of "link", "net" or "id", a path below /sys/bus/pci/devices, and a value. */
export function parseFunctions(text: string): readonly HostFunction[] {
  const found = new Map<PciAddress, Found>();
  for (const line of text.split('\n')) {
    const [kind = '', path = '', value = ''] = line.split('\t');
    const [device = '', what = '', name = ''] = path.split('/').filter((part) => part !== '');
    const address = parsePciAddress(device);
    if (address === null) continue;
    const one: Found = found.get(address) ?? { netdevs: [] };
    found.set(address, one);
    take(one, kind, what, kind === 'net' ? name : value);
  }
  return [...found].flatMap(([address, one]) => {
    const { class: code = 0, driver = null } = one;
    if (code >> 16 !== NETWORK_CLASS && driver !== 'vfio-pci') return [];
    return [
      {
        address,
        class: code,
        vendor: one.vendor ?? 0,
        device: one.device ?? 0,
        driver,
        iommuGroup: one.iommuGroup ?? null,
        physicalFunction: one.physicalFunction ?? null,
        netdevs: one.netdevs,
      },
    ];
  });
}

function take(one: Found, kind: string, what: string, value: string): void {
  const last = value.slice(value.lastIndexOf('/') + 1);
  if (kind === 'net' && what === 'net' && isNetdevName(value)) one.netdevs.push(value);
  if (kind === 'link' && what === 'driver' && last !== '') one.driver = last;
  if (kind === 'link' && what === 'iommu_group' && /^\d{1,9}$/.test(last)) one.iommuGroup = Number(last);
  if (kind === 'link' && what === 'physfn') one.physicalFunction = parsePciAddress(last);
  if (kind !== 'id' || !/^0x[0-9a-f]{1,6}$/.test(value)) return;
  if (what === 'class' || what === 'vendor' || what === 'device') one[what] = Number(value);
}
