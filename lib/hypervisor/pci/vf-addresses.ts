import type { Channel } from '../../channel/channel.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import { pciAddress, type PciAddress } from '../../nic/pci-address.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';

const SCRIPT = `cd "/sys/bus/pci/devices/$1" || exit 3
cat sriov_offset sriov_stride`;

/**
 * The functions that the VFs of a PF are, or would be once they are made. The offset and the stride of a PF may depend
 * on how many VFs it has (PCI Express Base Specification, 9.3.3.9), so this holds for the number it has now.
 * @throws HotnicError `no-sriov`
 */
export async function readVfAddresses(
  host: Channel,
  pf: PciAddress,
  count: number,
  options?: HostCommandOptions,
): Promise<readonly PciAddress[]> {
  const text = await hostCommand(host, ['sh', '-c', SCRIPT, 'sh', pf], options);
  const [offset, stride] = text.trim().split(/\s+/).map(Number);
  if (offset === undefined || stride === undefined || !(offset > 0) || !(stride >= 0))
    throw new HotnicError('no-sriov', `the kernel does not say where the VFs of ${pf} come`, { seen: text });
  return Array.from({ length: count }, (_, index) => vfAddress(pf, offset + stride * index));
}

/** A VF's routing id is its PF's plus a distance: eight bits of bus, five of device, three of function. */
export function vfAddress(pf: PciAddress, distance: number): PciAddress {
  const [domain, bus, slot] = pf.split(/[:.]/).map((part) => Number.parseInt(part, 16));
  const own = ((bus ?? 0) << 8) | ((slot ?? 0) << 3) | Number(pf.slice(-1));
  const id = own + distance;
  return pciAddress(domain ?? 0, (id >> 8) & 0xff, (id >> 3) & 0x1f, id & 7);
}
