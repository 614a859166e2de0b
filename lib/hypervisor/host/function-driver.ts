import type { Channel } from '../../channel/channel.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';

// The link is looked up and not followed; nothing here can block (docs/planes-and-verdicts.md).
const SCRIPT = `cd "/sys/bus/pci/devices/$1" 2>/dev/null || { echo absent; exit 0; }
printf 'there\\t%s\\n' "$(readlink driver)"`;

/** The driver that a function of the host is on: `{ driver: null }` on none; null where the machine has no such function. */
export async function readFunctionDriver(
  host: Channel,
  address: PciAddress,
  options?: HostCommandOptions,
): Promise<{ readonly driver: string | null } | null> {
  const text = await hostCommand(host, ['sh', '-c', SCRIPT, 'sh', address], options);
  const [state, link = ''] = text.trimEnd().split('\t');
  if (state !== 'there') return null;
  const driver = link.slice(link.lastIndexOf('/') + 1);
  return { driver: driver === '' ? null : driver };
}
