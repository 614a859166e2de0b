import type { PciPath } from '../nic/pci-address.js';
import { ArrivalTrack } from './arrival-track.js';
import type { ArrivalMatcher, ArrivalState } from './evidence-types.js';
import type { GuestProbe } from './probe-types.js';
import type { FinalNameBy, GuestEvent } from './watch-types.js';

// Functions followed at once while only the MAC is known; the oldest is forgotten beyond that.
const MAX_TRACKS = 64;

/**
 * Collects what a guest shows of one NIC's arrival: PCI function, driver, netdev, and its name once that is final.
 * A NIC that is known by its MAC only is recognised when its netdev shows the address; what its PCI function did
 * before counts then. Pure: fed with events and probes, it never waits.
 */
export class ArrivalEvidence {
  readonly #matcher: ArrivalMatcher;
  readonly #finalNameBy: FinalNameBy;
  readonly #tracks = new Map<PciPath, ArrivalTrack>();

  constructor(matcher: ArrivalMatcher, finalNameBy: FinalNameBy) {
    this.#matcher = matcher;
    this.#finalNameBy = finalNameBy;
  }

  /** Takes one event of the watch; true when it concerned this NIC. */
  event(event: GuestEvent): boolean {
    if (event.pciPath === null || !this.#mayBe(event.pciPath)) return false;
    const track = this.#track(event.pciPath);
    track.event(event);
    return track === this.#chosen();
  }

  /** Takes a probe made at `atMs` (ms since the epoch) as evidence of the same worth as the streams. */
  probe(probe: GuestProbe, atMs: number): void {
    for (const fn of probe.pci) {
      if (!this.#mayBe(fn.path)) continue;
      const netdevs = probe.netdevs.filter((netdev) => netdev.pciPath === fn.path);
      if ('mac' in this.#matcher && !this.#tracks.has(fn.path)) {
        const { mac } = this.#matcher;
        if (!netdevs.some((netdev) => netdev.mac === mac)) continue;
      }
      this.#track(fn.path).present(fn, netdevs, probe, atMs);
    }
    for (const [path, track] of this.#tracks) {
      if (!probe.pci.some((fn) => fn.path === path)) track.absent(atMs);
    }
  }

  get state(): ArrivalState {
    return (this.#chosen() ?? new ArrivalTrack(null, this.#finalNameBy, this.#mac())).state;
  }

  /** What is still missing, in words. */
  missing(): string[] {
    const { state } = this;
    if (state.left) return ['the NIC, which came and left again'];
    if (!state.pciAdded) return ['the PCI function'];
    const missing: string[] = [];
    if (!state.driverBound) missing.push('a driver bound to the PCI function');
    if (!state.netdevRegistered) missing.push('a network device');
    if (missing.length === 0 && !state.settled) {
      missing.push(
        state.pendingUevents > 0
          ? `udev to finish ${state.pendingUevents} event${state.pendingUevents === 1 ? '' : 's'}`
          : 'udev to have seen the network device',
      );
    }
    return missing;
  }

  #mac(): string | null {
    return 'mac' in this.#matcher ? this.#matcher.mac : null;
  }

  #mayBe(path: PciPath): boolean {
    return 'mac' in this.#matcher || this.#matcher.pciPath === path;
  }

  #track(path: PciPath): ArrivalTrack {
    const known = this.#tracks.get(path);
    if (known) return known;
    const track = new ArrivalTrack(path, this.#finalNameBy, this.#mac());
    const [oldest] = this.#tracks.keys();
    if (this.#tracks.size >= MAX_TRACKS && oldest !== undefined) this.#tracks.delete(oldest);
    this.#tracks.set(path, track);
    return track;
  }

  /** With a MAC the newest function that shows it: an earlier one may have left with the same address. */
  #chosen(): ArrivalTrack | undefined {
    if ('pciPath' in this.#matcher) return this.#tracks.get(this.#matcher.pciPath);
    const matching = [...this.#tracks.values()].filter((track) => track.state.mac === this.#mac());
    return matching.findLast((track) => track.state.left === null) ?? matching.at(-1);
  }
}
