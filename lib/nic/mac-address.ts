declare const brand: unique symbol;

/** A unicast MAC address in its normal form, "52:54:00:12:34:56". */
export type MacAddress = string & { readonly [brand]: 'MacAddress' };

/**
 * Reads a MAC address as people write it (colons or hyphens, either case); null when it is none.
 * A multicast or all-zero address is none: no NIC can carry it as its own.
 */
export function parseMac(text: string): MacAddress | null {
  const normal = NORMAL.test(text) ? text : text.trim().toLowerCase().replaceAll('-', ':');
  if (!NORMAL.test(normal)) return null;
  if (isMulticastMac(normal) || normal === '00:00:00:00:00:00') return null;
  return normal as MacAddress;
}

const NORMAL = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/** True when the group bit (lowest bit of the first byte, IEEE 802) is set. */
export function isMulticastMac(normal: string): boolean {
  return (Number.parseInt(normal.slice(0, 2), 16) & 1) === 1;
}

/** A new random address under 52:54:00, the prefix that QEMU and libvirt use for their guests. */
export function generateMac(taken: ReadonlySet<string> = new Set()): MacAddress {
  for (;;) {
    // The global is loaded at its first use; node:crypto would cost every command some milliseconds.
    const tail = [...crypto.getRandomValues(new Uint8Array(3))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(':');
    const mac = `52:54:00:${tail}`;
    if (!taken.has(mac)) return mac as MacAddress;
  }
}
