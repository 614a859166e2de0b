import type { CheckFinding } from './check-types.js';

interface Sign {
  readonly pattern: RegExp;
  readonly topic: 'windows' | 'kernel-log';
  readonly text: string;
  readonly why: string;
}

// The kernel's own words: drivers/pci/setup-res.c, drivers/pci/hotplug, kernel/hung_task.c, kernel/watchdog.c, net/sched.
const SIGNS: readonly Sign[] = [
  {
    pattern: /BAR \d+.*: (?:no space for|failed to assign|can't assign)|can't assign .*window/i,
    topic: 'windows',
    text: 'the kernel could not place a device’s registers',
    why: 'a window of a bridge is too small: the device there does not work',
  },
  {
    pattern: /blocked for more than|hung_task|soft lockup/i,
    topic: 'kernel-log',
    text: 'a task or processor of the guest was stuck',
    why: 'a removal waits behind it as long as it lasts',
  },
  {
    pattern: /BUG: |Oops|Call Trace/,
    topic: 'kernel-log',
    text: 'the kernel has reported a fault of its own',
    why: 'hot-plug may hang or fail from then on: locks may never be given back',
  },
  {
    pattern: /NETDEV WATCHDOG/,
    topic: 'kernel-log',
    text: 'a transmit queue of a NIC stood still',
    why: 'its device or its host does not take packets',
  },
  {
    pattern: /(?:pciehp|acpiphp).*(?:Failed|failed|timeout|Cannot|error)/,
    topic: 'kernel-log',
    text: 'a hot-plug driver has reported a failure',
    why: 'the slot may be in a state that a request does not leave',
  },
  {
    pattern: /PCIe Bus Error/,
    topic: 'kernel-log',
    text: 'the PCI Express bus has reported errors',
    why: 'a device or port misbehaves',
  },
  {
    pattern: /out of memory/i,
    topic: 'kernel-log',
    text: 'the guest has run out of memory',
    why: 'a driver that finds no memory does not come up',
  },
];

/** Signs in the kernel's log, the newest line of each kind; `lines` is the "kernel-signs" section. */
export function kernelFindings(lines: readonly string[], readable: boolean): CheckFinding[] {
  const found = SIGNS.flatMap(({ pattern, topic, text, why }): CheckFinding[] => {
    const seen = lines.filter((line) => pattern.test(line));
    const newest = seen.at(-1);
    if (newest === undefined) return [];
    const times = seen.length > 1 ? `, ${seen.length} lines` : '';
    return [{ topic, level: 'warn', text: `${text}${times}: "${newest.slice(0, 300)}"`, why }];
  });
  if (found.length > 0) return found;
  if (readable) return [{ topic: 'kernel-log', level: 'ok', text: 'the kernel log shows no fault' }];
  return [{ topic: 'kernel-log', level: 'warn', text: 'the kernel log could not be read by this user' }];
}
