import { z } from 'zod';
import type { PciAddress } from '../nic/pci-address.js';
import type { Monitor } from './monitor.js';

/** The registers of a native hot-plug slot (PCI Express Base Specification, Slot Control and Slot Status). */
export interface SlotState {
  /** The button was pressed and the guest has not taken note of it: a request that nobody has read. */
  readonly attention: boolean;
  /** What has changed is that a card came or went: the request was an attach, not a removal. */
  readonly presenceChanged: boolean;
  readonly powerIndicator: 'on' | 'blinking' | 'off' | null;
  /** Slot Control's power controller: the guest has switched the slot off. */
  readonly poweredOff: boolean;
}

/** Where q35's memory-mapped configuration space is; null while the firmware has not mapped it, and on other machines. */
export async function configWindow(monitor: Monitor): Promise<number | null> {
  const base = await monitor
    .qmp('qom-get', { path: '/machine/q35', property: 'MCFG' }, z.number())
    .catch(() => null);
  // Not mapped yet, QEMU says 2^64-1.
  return base !== null && Number.isSafeInteger(base) && base > 0 ? base : null;
}

/**
 * Reads the slot registers of a port from its configuration space, as memory of the guest: reading changes nothing.
 * Null when the function is no port with a slot.
 */
export async function readSlot(
  monitor: Monitor,
  window: number,
  port: PciAddress,
): Promise<SlotState | null> {
  const [bus = 0, slot = 0, fn = 0] = [port.slice(5, 7), port.slice(8, 10), port.slice(11)].map((part) =>
    Number.parseInt(part, 16),
  );
  const at = window + bus * 0x10_0000 + slot * 0x8000 + fn * 0x1000;
  return slotOf(readDump(await monitor.human(`xp /64xw 0x${at.toString(16)}`)));
}

/** The words of a dump: "00000000b0010000: 0x000c1b36 0x…", four on a line. */
export function readDump(text: string): readonly number[] {
  return text
    .split(/\r?\n/, 64)
    .flatMap(
      (line) => /^[0-9a-f]{1,16}:((?: 0x[0-9a-f]{8}){1,8})\s*$/.exec(line)?.[1]?.trim().split(' ') ?? [],
    )
    .map((word) => Number.parseInt(word.slice(2), 16));
}

const PCI_EXPRESS = 0x10;

/** The slot registers in the first 256 bytes of a configuration space, given as 64 words. */
export function slotOf(words: readonly number[]): SlotState | null {
  if (words.length !== 64) return null;
  const capability = findCapability(words, PCI_EXPRESS);
  if (capability === null) return null;
  const hasSlot = (word(words, capability) >>> 16) & 0x0100;
  const control = word(words, capability + 0x18);
  if (hasSlot === 0) return null;
  const status = control >>> 16;
  const indicator = (control >>> 8) & 3;
  return {
    attention: (status & 1) !== 0,
    presenceChanged: (status & 8) !== 0,
    powerIndicator: ([null, 'on', 'blinking', 'off'] as const)[indicator] ?? null,
    poweredOff: (control & 0x0400) !== 0,
  };
}

/** Follows the chain of capabilities; the guest could have made it a ring. */
function findCapability(words: readonly number[], id: number): number | null {
  let at = word(words, 0x34) & 0xfc;
  for (let steps = 0; at >= 0x40 && at <= 0xe0 && steps < 48; steps++) {
    const header = word(words, at);
    if ((header & 0xff) === id) return at;
    at = (header >>> 8) & 0xfc;
  }
  return null;
}

function word(words: readonly number[], offset: number): number {
  return words[offset / 4] ?? 0;
}
