import type { DepartureState, DepartureTarget, SeenAt } from './evidence-types.js';
import { unregisterWaitOf } from './probe-kernel-log.js';
import type { GuestProbe } from './probe-types.js';
import { seenAt, seenByProbe } from './seen-at.js';
import { UeventLedger } from './uevent-ledger.js';
import type { FinalNameBy, GuestEvent } from './watch-types.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Collects what a guest shows of one NIC's departure: netdev gone, PCI function gone, both for kernel and udev, and
 * whether the kernel says that it waits for somebody to let go. Pure: fed with events and probes, it never waits.
 */
export class DepartureEvidence {
  readonly #target: DepartureTarget;
  readonly #finalNameBy: FinalNameBy;
  readonly #ledger = new UeventLedger();
  #state: Mutable<DepartureState> = blank();

  constructor(target: DepartureTarget, finalNameBy: FinalNameBy) {
    this.#target = target;
    this.#finalNameBy = finalNameBy;
  }

  get state(): DepartureState {
    return { ...this.#state, pendingUevents: this.#ledger.pending };
  }

  /** Takes one event of the watch; true when it concerned this NIC. */
  event(event: GuestEvent): boolean {
    const seen = seenAt(event);
    if (event.source === 'klog') return this.#log(event.text, seen);
    if (event.pciPath !== this.#target.pciPath) return false;
    if (this.#ledger.isStale(event)) return false;
    this.#ledger.take(event);
    this.#state.first ??= seen;
    this.#state.last = seen;
    if (event.action === 'remove' && event.subsystem === 'net') this.#state.netdevRemoved ??= seen;
    if (event.action === 'remove' && event.subsystem === 'pci') this.#functionGone(seen);
    if (event.action === 'add' && event.subsystem === 'pci' && this.#state.pciRemoved) this.#cameBack(event);
    this.#settle(seen);
    return true;
  }

  /** Takes a probe made at `atMs` (ms since the epoch), begun after the removal was asked for. */
  probe(probe: GuestProbe, atMs: number): void {
    const seen = seenByProbe(probe, atMs);
    const state = this.#state;
    const present = probe.pci.some((fn) => fn.path === this.#target.pciPath);
    const netdevs = probe.netdevs.filter((netdev) => netdev.pciPath === this.#target.pciPath);
    if (netdevs.length === 0) state.netdevRemoved ??= seen;
    else state.netdevRemoved = null;
    if (present) {
      state.pciRemoved = null;
      state.gone = null;
      if (netdevs.length === 0) for (const { text } of probe.kernelLog.unregisterWaits) this.#log(text, seen);
      return;
    }
    if (probe.udev.queueEmpty) this.#ledger.clear();
    this.#functionGone(seen);
    this.#settle(seen);
  }

  /** What is still missing, in words. */
  missing(): string[] {
    const { state } = this;
    if (state.gone) return [];
    const missing: string[] = [];
    if (this.#netdevExpected() && !state.netdevRemoved) missing.push('the network device to go');
    if (state.unregisterWait) missing.push(`the kernel to be let go of: "${state.unregisterWait.text}"`);
    if (!state.pciRemoved) missing.push('the PCI function to go');
    if (missing.length === 0) missing.push(`udev to finish ${state.pendingUevents} events`);
    return missing;
  }

  #log(text: string, at: SeenAt): boolean {
    const netdev = unregisterWaitOf(text);
    if (netdev === null || !this.#target.netdevs.includes(netdev) || this.#state.pciRemoved) return false;
    this.#state.unregisterWait = { text, at };
    return true;
  }

  /** The driver has let go of the function only after its netdev was freed: nothing is waited for any more. */
  #functionGone(seen: SeenAt): void {
    this.#state.pciRemoved ??= seen;
    this.#state.unregisterWait = null;
  }

  #settle(seen: SeenAt): void {
    const state = this.#state;
    if (state.gone || !state.pciRemoved || (this.#netdevExpected() && !state.netdevRemoved)) return;
    if (this.#finalNameBy === 'udev' && this.#ledger.pending > 0) return;
    state.gone = seen;
  }

  #netdevExpected(): boolean {
    return this.#target.netdevs.length > 0;
  }

  /** Something was put into the slot again; what left is no proof for it. */
  #cameBack(event: GuestEvent): void {
    if (event.source === 'udev') return;
    this.#state = blank();
    this.#ledger.restart(event);
    this.#ledger.take(event);
  }
}

function blank(): DepartureState {
  return {
    netdevRemoved: null,
    pciRemoved: null,
    unregisterWait: null,
    pendingUevents: 0,
    gone: null,
    first: null,
    last: null,
  };
}
