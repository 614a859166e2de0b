/** What kind of slot a NIC sits in: how it learns that it should go. */
export type SlotKind = 'acpi' | 'native' | 'pseries' | 'none' | 'unknown';

/** How to ask a slot to let go. All times were measured on QEMU 7.2 with libvirt 9.0 (docs/planes-and-verdicts.md). */
export interface SlotRules {
  /**
   * Ask again after this many ms without an answer; null: never. An ACPI slot loses a request that comes before the
   * guest's ACPI is up, for good; a native one remembers it, and takes a second press within 5 s as "cancel".
   */
  readonly askAgainMs: number | null;
  /** Try again this many ms after the request was refused as "busy" (slot LED blinking: 5 s, plus a margin). */
  readonly retryBusyMs: number;
  /** How long a guest that answers takes to let go, at the most: what an interrupted detach still waits for. */
  readonly graceMs: number;
}

const RULES: Readonly<Record<SlotKind, SlotRules>> = {
  // Gone after 0.17 s on q35 and 0.4 s on i440fx; repeats are allowed at once. 5 s is libvirt's own wait.
  acpi: { askAgainMs: 5_000, retryBusyMs: 1_000, graceMs: 1_500 },
  // Gone after 6.2–6.3 s: the guest's pciehp waits 5 s for a second press of the button.
  native: { askAgainMs: null, retryBusyMs: 5_500, graceMs: 8_000 },
  // libvirt itself waits 10 s here.
  pseries: { askAgainMs: null, retryBusyMs: 5_500, graceMs: 10_000 },
  // Nobody in the guest hears the request; it is made once and stays open.
  none: { askAgainMs: null, retryBusyMs: 5_500, graceMs: 1_500 },
  // Slow enough for QEMU < 5.0, where a second request aborts the first when it comes within 10 s.
  unknown: { askAgainMs: 10_500, retryBusyMs: 5_500, graceMs: 8_000 },
};

/** The rules for a kind of slot. */
export function slotRules(kind: SlotKind): SlotRules {
  return RULES[kind];
}
