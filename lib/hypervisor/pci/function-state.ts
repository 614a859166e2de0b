import type { Channel } from '../../channel/channel.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';
import { isNetdevName } from '../host/netdev-name.js';

/** How one function stands at one moment: what changes while it is given away and taken back. */
export interface FunctionState {
  /** False: the machine has no such function (any more). */
  readonly there: boolean;
  readonly driver: string | null;
  readonly group: number | null;
  readonly netdevs: readonly string[];
}

// Links and names of folders only: nothing that could block while somebody holds the function (network-function.ts).
const SCRIPT = `cd "/sys/bus/pci/devices/$1" 2>/dev/null || exit 0
echo there
printf 'driver\\t%s\\n' "$(readlink driver)"
printf 'group\\t%s\\n' "$(readlink iommu_group)"
for one in net/* virtio*/net/*; do [ -e "$one" ] && printf 'net\\t%s\\n' "\${one##*/}"; done
exit 0`;

/** Reads how one function stands, in a child process with a deadline. */
export async function readFunctionState(
  host: Channel,
  address: PciAddress,
  options?: HostCommandOptions,
): Promise<FunctionState> {
  return parseFunctionState(await hostCommand(host, ['sh', '-c', SCRIPT, 'sh', address], options));
}

/** Reads what the script prints. */
export function parseFunctionState(text: string): FunctionState {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const last = (kind: string) => {
    const path = lines.find(([first]) => first === kind)?.[1] ?? '';
    return path.slice(path.lastIndexOf('/') + 1);
  };
  const driver = last('driver');
  const group = last('group');
  return {
    there: lines.some(([first]) => first === 'there'),
    driver: driver === '' ? null : driver,
    group: /^\d{1,9}$/.test(group) ? Number(group) : null,
    netdevs: lines.flatMap(([first, name = '']) => (first === 'net' && isNetdevName(name) ? [name] : [])),
  };
}
