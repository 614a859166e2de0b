declare const brand: unique symbol;

/** A PCI function's address in sysfs form: "0000:01:00.0", lower case. */
export type PciAddress = string & { readonly [brand]: 'PciAddress' };

/**
 * A function's place by the chain of device.function above it, from the root bus down: "02.0/00.0" is function 00.0
 * behind the root port 02.0. Unlike bus numbers it reads the same in libvirt's XML and in the guest
 * (docs/planes-and-verdicts.md).
 */
export type PciPath = string & { readonly [brand]: 'PciPath' };

const FUNCTION = /^(?:([0-9a-f]{4}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/;

/** Reads "0000:01:00.0", "01:00.0" or libvirt's "pci_0000_01_00_0", in either case; null when it is none of them. */
export function parsePciAddress(text: string): PciAddress | null {
  const lower = text.trim().toLowerCase();
  const nodeDevice = /^pci_([0-9a-f]{4})_([0-9a-f]{2})_([0-9a-f]{2})_([0-7])$/.exec(lower);
  const plain = nodeDevice
    ? `${nodeDevice[1] ?? ''}:${nodeDevice[2] ?? ''}:${nodeDevice[3] ?? ''}.${nodeDevice[4] ?? ''}`
    : lower;
  const match = FUNCTION.exec(plain);
  if (!match) return null;
  const [, domain = '0000', bus = '', slot = '', fn = ''] = match;
  if (Number.parseInt(slot, 16) > 0x1f) return null;
  return `${domain}:${bus}:${slot}.${fn}` as PciAddress;
}

/** The address made of numbers, as libvirt's `<address type='pci'>` gives them. */
export function pciAddress(domain: number, bus: number, slot: number, fn: number): PciAddress {
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${hex(fn, 1)}` as PciAddress;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

/** The last part of an address, "00.0": what a PciPath is made of. */
export function slotAndFunction(address: PciAddress): string {
  return address.slice(8);
}

/** Joins addresses from the root down to a path. */
export function pciPath(chain: readonly PciAddress[]): PciPath {
  return chain.map(slotAndFunction).join('/') as PciPath;
}

/**
 * The chain of functions in a sysfs device path, from the root bus down:
 * "/sys/devices/pci0000:00/0000:00:02.0/0000:01:00.0/virtio0/net/eth0" has 0000:00:02.0 and 0000:01:00.0.
 */
export function pciChainOfSysfsPath(path: string): readonly PciAddress[] {
  return path.split('/').flatMap((part) => {
    const address = FUNCTION.test(part) && part.length === 12 ? parsePciAddress(part) : null;
    return address ? [address] : [];
  });
}
