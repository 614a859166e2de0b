import { pciChainOfSysfsPath, pciPath } from '../nic/pci-address.js';
import type { PciPath } from '../nic/pci-address.js';
import { orNull, sysfsNumber } from './probe-facts.js';
import { isNetdevName } from './probe-netdevs.js';
import type { GuestEvent, NetdevState } from './watch-types.js';

const HEADLINE =
  /^(KERNEL|UDEV) *\[(\d{1,10}\.\d{6})\] ([a-z]{1,16}) +(\/devices\/\S{1,1024}) \(([\w-]{1,32})\)$/;

/** "KERNEL[36.201758] add      /devices/… (pci)" as an event without its properties; null for anything else. */
export function headline(
  text: string,
  properties: ReadonlyMap<string, string>,
  at: number,
): GuestEvent | null {
  const match = HEADLINE.exec(text);
  if (!match) return null;
  const [, source, time, action = '', devpath = '', subsystem = ''] = match;
  return {
    source: source === 'UDEV' ? 'udev' : 'kernel',
    action,
    subsystem,
    devpath,
    pciPath: null,
    seqnum: null,
    properties,
    netdev: null,
    guestTime: Number(time),
    at,
    text: '',
  };
}

/** name, ifindex, address, operstate, carrier, flags, mtu, driver and uptime; null when it was gone by then. */
export function netdevState(columns: readonly string[]): NetdevState | null {
  const [
    name = '',
    index = '',
    mac = '',
    operstate = '',
    carrier = '',
    flagText = '',
    mtuText = '',
    driver,
    at = '',
  ] = columns;
  const ifindex = sysfsNumber(index);
  const flags = sysfsNumber(flagText);
  const mtu = sysfsNumber(mtuText);
  if (!isNetdevName(name) || ifindex === null || flags === null || mtu === null) return null;
  return {
    name,
    ifindex,
    mac: mac.toLowerCase().slice(0, 64),
    operstate: operstate.slice(0, 32),
    carrier: carrier === '1' ? true : carrier === '0' ? false : null,
    flags,
    mtu,
    driver: orNull(driver),
    readAtS: /^\d{1,10}\.\d{2}$/.test(at) ? Number(at) : null,
  };
}

/** The PCI function of a device path; null for devices that sit on none. */
export function pciPathOf(devpath: string): PciPath | null {
  const chain = pciChainOfSysfsPath(devpath);
  return chain.length === 0 ? null : pciPath(chain);
}
