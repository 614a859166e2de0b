/** A byte of a function's configuration space that a reset clears, and that the kernel does not put back after one. */
export interface ResetMark {
  readonly offset: number;
  /** What is written there before the reset. */
  readonly value: number;
  /** What a reset leaves there. */
  readonly cleared: number;
  /** The register in words, for the record. */
  readonly register: string;
}

/**
 * Chooses where a reset can be seen. The kernel saves and restores most of the configuration space around a reset
 * (pci_save_state, drivers/pci/pci.c), but not the registers of MSI and MSI-X while these are disabled: the message
 * address, and the bit that masks the whole function (PCI Local Bus Specification 3.0, 6.8.1 and 6.8.2). Null where
 * there is neither, or both are in use: then nobody can see whether a reset happened.
 */
export function chooseMark(config: Uint8Array): ResetMark | null {
  const byte = (at: number) => config[at] ?? 0;
  for (const [id, at] of capabilities(config)) {
    const control = byte(at + 2) | (byte(at + 3) << 8);
    // Bits 8 to 15 of the message address: no bit of them is fixed.
    if (id === MSI && (control & 0x0001) === 0)
      return { offset: at + 5, value: 0xa5, cleared: 0, register: 'MSI message address' };
    if (id === MSI_X && (control & 0xc000) === 0)
      return {
        offset: at + 3,
        value: byte(at + 3) | 0x40,
        cleared: byte(at + 3) & ~0xc0,
        register: 'MSI-X function mask',
      };
  }
  return null;
}

const MSI = 0x05;
const MSI_X = 0x11;

/**
 * The capabilities of the first 256 bytes: id and offset. A list that goes in a circle ends. The ids of the function are
 * not looked at: those of a VF read ffff.
 */
function* capabilities(config: Uint8Array): Generator<readonly [id: number, at: number]> {
  if (((config[0x06] ?? 0) & 0x10) === 0) return;
  let at = (config[0x34] ?? 0) & 0xfc;
  for (let turns = 0; at >= 0x40 && at <= 0xf8 && turns < 48; turns += 1) {
    yield [config[at] ?? 0, at];
    at = (config[at + 1] ?? 0) & 0xfc;
  }
}
