import type { Channel } from '../../channel/channel.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';

/** Functions that somebody keeps on a driver on purpose, by the files that say so at every boot. */
export interface Parked {
  /** What vfio-pci is told to take: "8086:10ed", from the kernel's command line or modprobe.d. */
  readonly ids: ReadonlySet<string>;
  /** driverctl's: the driver that it sets for a function. */
  readonly overrides: ReadonlyMap<PciAddress, string>;
}

// The parameter `ids` is not in sysfs (drivers/vfio/pci/vfio_pci.c gives it no mode); its sources are.
const SCRIPT = `head -c 65536 /proc/cmdline | tr ' ' '\\n' | grep '^vfio[-_]pci[.]ids=' | sed 's/^/ids\\t/'
cat /etc/modprobe.d/*.conf /run/modprobe.d/*.conf /lib/modprobe.d/*.conf 2>/dev/null | head -c 1048576 |
  grep '^[[:space:]]*options[[:space:]]*vfio[-_]pci[[:space:]]' | sed 's/^/ids\\t/'
cd /etc/driverctl.d 2>/dev/null && for file in *:*; do
  [ -f "$file" ] && printf 'override\\t%s\\t%s\\n' "$file" "$(head -c 64 "$file" | head -n 1)"
done
exit 0`;

/** Reads which functions are kept on vfio-pci, or on no driver, on purpose. */
export async function readParked(host: Channel, options?: HostCommandOptions): Promise<Parked> {
  return parseParked(await hostCommand(host, ['sh', '-c', SCRIPT], options));
}

/** Reads what the script prints. */
export function parseParked(text: string): Parked {
  const ids = new Set<string>();
  const overrides = new Map<PciAddress, string>();
  for (const line of text.split('\n')) {
    const [kind, first = '', second = ''] = line.split('\t');
    if (kind === 'ids')
      for (const [, list = ''] of first.matchAll(/\bids=(\S+)/g))
        for (const [, vendor = '', device = ''] of list.matchAll(
          /(?:^|,)([0-9a-f]{4}):([0-9a-f]{4})(?=$|[,:])/gi,
        ))
          ids.add(`${vendor}:${device}`.toLowerCase());
    const address = kind === 'override' ? parsePciAddress(first) : null;
    if (address !== null && second.trim() !== '') overrides.set(address, second.trim());
  }
  return { ids, overrides };
}
