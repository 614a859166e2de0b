import { parsePciAddress, pciChainOfSysfsPath, pciPath } from '../nic/pci-address.js';
import type { PciAddress } from '../nic/pci-address.js';
import { malformed } from './malformed.js';
import { columns, orNull, sysfsNumber } from './probe-facts.js';
import type { GuestNetdev, GuestPciFunction, HotplugSlot } from './probe-types.js';

/** The guest's PCI functions, with the netdevs that sit on each. */
export function readPci(lines: readonly string[], netdevs: readonly GuestNetdev[]): GuestPciFunction[] {
  return lines.flatMap((line) => {
    const [path = '', cls = '', vendor = '', device = '', subVendor = '', subDevice = '', bus = '', driver] =
      columns(line, 8);
    // A function under a controller that is no PCI bridge (VMD, Hyper-V) has a path of its own kind; it still counts.
    const chain = pciChainOfSysfsPath(path);
    const address = chain.at(-1);
    if (!path.startsWith('/sys/devices/') || address === undefined) {
      throw malformed('a PCI function has no place', line);
    }
    const classCode = sysfsNumber(cls);
    const vendorId = sysfsNumber(vendor);
    const deviceId = sysfsNumber(device);
    // It left while the probe was reading it.
    if (classCode === null || vendorId === null || deviceId === null) return [];
    return {
      address,
      chain,
      path: pciPath(chain),
      class: classCode,
      vendor: vendorId,
      device: deviceId,
      subsystemVendor: sysfsNumber(subVendor),
      subsystemDevice: sysfsNumber(subDevice),
      driver: orNull(driver),
      secondaryBus: /^[0-9a-f]{4}:[0-9a-f]{2}$/.test(bus) ? bus : null,
      netdevs: netdevs.filter((netdev) => netdev.pciAddress === address).map((netdev) => netdev.name),
    };
  });
}

/** Ports of /sys/bus/pci_express/drivers/pciehp, whose entries read "0000:00:02.0:pcie004". */
export function readPciehpPorts(lines: readonly string[]): PciAddress[] {
  return lines.flatMap((line) => parsePciAddress(line.slice(0, 12)) ?? []);
}

/** Entries of /sys/bus/pci/slots. */
export function readSlots(lines: readonly string[]): HotplugSlot[] {
  return lines.map((line) => {
    const [name = '', address = '', power = '', driver] = columns(line, 4);
    return {
      name,
      address: /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}$/.test(address) ? address : null,
      power: power === '1' ? true : power === '0' ? false : null,
      driver: orNull(driver),
    };
  });
}
