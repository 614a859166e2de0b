import { pciChainOfSysfsPath, type PciPath } from '../nic/pci-address.js';
import { printable } from './printable.js';
import type { GuestEvent, GuestWatch } from './watch-types.js';

/** What a guest's streams said of one NIC's coming or going, small enough for the journal. */
export type KeptEvidence = {
  /** Oldest first. Times: the guest's CLOCK_MONOTONIC in seconds, this machine's ms since the epoch. */
  readonly events: readonly { guestS: number | null; hostMs: number; text: string }[];
  readonly kernelLog: readonly { guestS: number | null; hostMs: number; text: string }[];
  /** How many more there were. */
  readonly left: number;
  /** The guest's time in ms on this machine's clock may be off by this much. */
  readonly clockErrorMs: number;
};

// An arrival makes some 30 events, a departure 20 (measured); the journal keeps every run.
const MAX_EVENTS = 40;
const MAX_LINES = 30;

/**
 * Picks a NIC's uevents and the kernel's lines about it out of a watch. A line counts when it names the PCI function,
 * its virtio device or the netdev (bonds and bridges name the port that they lose), or is of a hot-plug driver.
 */
export function keepEvidence(
  watch: GuestWatch,
  nic: { readonly pciPath: PciPath | null; readonly names: readonly string[] },
): KeptEvidence {
  const recent = watch.history;
  const own = recent.filter((event) => event.source !== 'klog' && isOwn(event, nic));
  const words = wordsOf(own, nic.names);
  const lines = recent.filter(
    ({ source, text }) =>
      source === 'klog' && (words.some((word) => text.includes(word)) || HOTPLUG.test(text)),
  );
  const kept = (events: readonly GuestEvent[], max: number) =>
    events.slice(-max).map((event) => ({
      guestS: event.guestTime,
      hostMs: Math.round(event.at),
      text: printable(event.source === 'klog' ? event.text : uevent(event), 200),
    }));
  return {
    events: kept(own, MAX_EVENTS),
    kernelLog: kept(lines, MAX_LINES),
    left: Math.max(0, own.length - MAX_EVENTS) + Math.max(0, lines.length - MAX_LINES),
    clockErrorMs: Math.round(watch.clockErrorMs),
  };
}

// What the kernel's hot-plug drivers put before their lines, and its complaint about a netdev that is held.
const HOTPLUG = /^(?:pcieport|pciehp|acpiphp|shpchp)\b|unregister_netdevice: waiting for/;

function isOwn(event: GuestEvent, nic: { pciPath: PciPath | null; names: readonly string[] }): boolean {
  if (nic.pciPath !== null && event.pciPath === nic.pciPath) return true;
  return event.subsystem === 'net' && nic.names.some((name) => event.devpath.endsWith(`/net/${name}`));
}

/** Names that the kernel's lines would use: the PCI address, "virtio3", the netdev's names. */
function wordsOf(events: readonly GuestEvent[], names: readonly string[]): string[] {
  const devices = events.flatMap(({ devpath }) => [
    pciChainOfSysfsPath(devpath).at(-1) ?? '',
    /\/(virtio\d+)(?:\/|$)/.exec(devpath)?.[1] ?? '',
  ]);
  const given = events.map(({ properties }) => properties.get('INTERFACE') ?? '');
  return [...new Set([...devices, ...given, ...names])].filter((word) => word.length > 2);
}

function uevent({ source, action, subsystem, devpath, properties }: GuestEvent): string {
  const name = properties.get('INTERFACE');
  return `${source} ${action} ${subsystem} ${devpath}${name === undefined ? '' : ` ${name}`}`;
}

/** One line about it for a person. That nothing is logged is normal on ACPI slots, and no sign of anything. */
export function evidenceText(kept: KeptEvidence, what: 'arrival' | 'departure'): string {
  const events = `${kept.events.length} udev and kernel event${kept.events.length === 1 ? '' : 's'} of the ${what}`;
  return kept.kernelLog.length === 0
    ? `guest evidence: ${events}; nothing logged by the guest's kernel, which is normal for an ACPI slot`
    : `guest evidence: ${events}, ${kept.kernelLog.length} line${kept.kernelLog.length === 1 ? '' : 's'} of its kernel log`;
}
