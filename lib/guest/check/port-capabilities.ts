import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';

/** What a port says of the slot behind it (PCI Express Base Specification, Slot Capabilities, Control and Status). */
export interface PortCapabilities {
  readonly hotplug: boolean;
  readonly surprise: boolean;
  readonly attentionButton: boolean;
  readonly present: boolean;
  /** False when the slot is switched off; null where the port has no power controller. */
  readonly powered: boolean | null;
  /** The power indicator blinks: a request is on its way. */
  readonly blinking: boolean;
}

/** Room in bytes behind a bridge: memory, and ports of the old kind. */
export interface Window {
  readonly memory: number;
  readonly io: number;
}

/** The "config-space" section: ">ADDRESS", then its bytes as od prints them. Ports without a PCI Express slot are left out. */
export function readCapabilities(lines: readonly string[]): ReadonlyMap<PciAddress, PortCapabilities> {
  const bytes = new Map<PciAddress, string>();
  let current: PciAddress | null = null;
  for (const line of lines) {
    if (line.startsWith('>')) current = parsePciAddress(line.slice(1));
    else if (current !== null && /^[ 0-9a-f]{1,60}$/.test(line))
      bytes.set(current, ((bytes.get(current) ?? '') + line.replaceAll(' ', '')).slice(0, 512));
  }
  const found = [...bytes].flatMap(([address, hex]): [PciAddress, PortCapabilities][] => {
    const capabilities = slotOf(Buffer.from(hex, 'hex'));
    return capabilities === null ? [] : [[address, capabilities]];
  });
  return new Map(found);
}

const EXPRESS = 0x10;

function slotOf(space: Buffer): PortCapabilities | null {
  // A plain user reads 64 bytes; the list of capabilities lies behind them.
  let at = space.length >= 256 ? (space[0x34] ?? 0) & 0xfc : 0;
  for (let hops = 0; at >= 0x40 && at <= 0xe0 && hops < 48; hops++) {
    if (space[at] === EXPRESS) {
      const slotImplemented = (space.readUInt16LE(at + 2) & 0x100) !== 0;
      if (!slotImplemented) return null;
      const capabilities = space.readUInt32LE(at + 0x14);
      const control = space.readUInt16LE(at + 0x18);
      const has = (bit: number) => (capabilities & (1 << bit)) !== 0;
      return {
        attentionButton: has(0),
        surprise: has(5),
        hotplug: has(6),
        present: (space.readUInt16LE(at + 0x1a) & 0x40) !== 0,
        powered: has(1) ? (control & 0x400) === 0 : null,
        blinking: (control & 0x300) === 0x200,
      };
    }
    at = (space[at + 1] ?? 0) & 0xfc;
  }
  return null;
}

// linux/ioport.h
const IO = 0x100n;
const MEMORY = 0x200n;

/** The "windows" section: "ADDRESS TAB NUMBER TAB START TAB END TAB FLAGS"; the last four numbers are the windows. */
export function readWindows(lines: readonly string[]): ReadonlyMap<PciAddress, Window> {
  const rows = lines.flatMap((line) => {
    const match =
      /^([0-9a-f:.]{12})\t(\d{1,2})\t(0x[0-9a-f]{1,16})\t(0x[0-9a-f]{1,16})\t(0x[0-9a-f]{1,16})$/.exec(line);
    const [, text = '', number = '', start = '0', end = '0', flags = '0'] = match ?? [];
    const address = parsePciAddress(text);
    if (address === null) return [];
    const size = BigInt(end) > BigInt(start) ? BigInt(end) - BigInt(start) + 1n : 0n;
    return [{ address, number: Number(number), size: Number(size), flags: BigInt(flags) }];
  });
  const first = Math.max(7, ...rows.map(({ number }) => number - 3));
  const windows = new Map<PciAddress, Window>();
  for (const { address, number, size, flags } of rows) {
    const { memory, io } = windows.get(address) ?? { memory: 0, io: 0 };
    const here = number >= first;
    windows.set(address, {
      memory: memory + (here && (flags & MEMORY) !== 0n ? size : 0),
      io: io + (here && (flags & IO) !== 0n ? size : 0),
    });
  }
  return windows;
}
