import { parseMac, type MacAddress } from '../../nic/mac-address.js';

// Names that kernel and udev give to Ethernet devices on a bus (systemd.net-naming-scheme(7)); other names may be of
// anything: a tunnel, a modem, a device that a program makes.
const ETHERNET = /^(?:eth\d{1,3}|en[opsxP][0-9A-Za-z]{1,12})$/;
// A device on USB comes and goes as its user likes.
const ON_USB = /^en[psP].*u\d+(?:c\d+)?(?:i\d+)?$/;

/** The name is one that an Ethernet device on PCI gets by itself, so its absence says something. */
function isEthernetName(name: string): boolean {
  return ETHERNET.test(name) && !ON_USB.test(name);
}

/** The address in a name made of it, "enx525400000001"; null for other names. */
function macInName(name: string): MacAddress | null {
  const match = /^enx([0-9a-f]{12})$/.exec(name);
  return match ? parseMac((match[1] ?? '').replace(/(..)(?=.)/g, '$1:')) : null;
}

/** The text is an exact name and no pattern. */
export function isExact(name: string): boolean {
  return /^[^\s*?[\]!/:]{1,15}$/.test(name);
}

/** What an exact name says of a NIC: its MAC where the name is made of it, else itself; null where it says nothing. */
export function byName(name: string): { mac: MacAddress | null; name: string | null } | null {
  if (!isExact(name) || !isEthernetName(name)) return null;
  const mac = macInName(name);
  return mac === null ? { mac, name } : { mac, name: null };
}
