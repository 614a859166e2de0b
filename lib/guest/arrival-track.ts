import type { PciPath } from '../nic/pci-address.js';
import type { ArrivalState, SeenAt } from './evidence-types.js';
import type { GuestNetdev, GuestPciFunction, GuestProbe } from './probe-types.js';
import { seenAt, seenByProbe } from './seen-at.js';
import { UeventLedger } from './uevent-ledger.js';
import type { FinalNameBy, GuestEvent } from './watch-types.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The arrival of whatever comes to one PCI path. */
export class ArrivalTrack {
  #state: Mutable<ArrivalState>;
  readonly #mac: string | null;
  readonly #ledger = new UeventLedger();
  /** udev is through with the netdev's "add", within which it gives the name. */
  #namedByUdev = false;

  /** `mac`: of several netdevs on the function, the one with this address is meant. */
  constructor(path: PciPath | null, finalNameBy: FinalNameBy, mac: string | null) {
    this.#state = blank(path, finalNameBy);
    this.#mac = mac;
  }

  get state(): ArrivalState {
    return { ...this.#state, pendingUevents: this.#ledger.pending };
  }

  event(event: GuestEvent): void {
    const seen = seenAt(event);
    if (this.#ledger.isStale(event)) return;
    if (event.subsystem === 'pci' && event.action === 'add' && this.#state.left) {
      this.#restart();
      this.#ledger.restart(event);
    }
    this.#ledger.take(event);
    this.#state.first ??= seen;
    this.#state.last = seen;
    if (event.subsystem === 'pci') this.#function(event, seen);
    if (event.subsystem === 'net') this.#netdev(event, seen);
    this.#settle(seen);
  }

  present(fn: GuestPciFunction, netdevs: readonly GuestNetdev[], probe: GuestProbe, atMs: number): void {
    const seen = seenByProbe(probe, atMs);
    if (this.#state.left) this.#restart();
    const state = this.#state;
    state.first ??= seen;
    state.last = seen;
    state.pciAdded ??= seen;
    if (fn.driver !== null) state.driverBound ??= seen;
    const netdev = netdevs.find((candidate) => candidate.mac === this.#mac) ?? netdevs[0];
    if (netdev) {
      state.netdevRegistered ??= seen;
      state.name = netdev.name;
      state.mac = netdev.mac;
      state.driver = netdev.driver;
      state.netdev = { ...netdev, mac: netdev.mac ?? '', readAtS: probe.clock.uptimeS };
      if (probe.udev.queueEmpty && netdev.udev.size > 0) {
        this.#namedByUdev = true;
        this.#ledger.clear();
      }
    }
    this.#settle(seen);
  }

  absent(atMs: number): void {
    if (!this.#state.pciAdded || this.#state.left) return;
    this.#leave({ guestS: null, hostMs: atMs, by: 'probe' });
  }

  #function(event: GuestEvent, seen: SeenAt): void {
    if (event.action === 'add') this.#state.pciAdded ??= seen;
    else if (event.action === 'bind') this.#state.driverBound ??= seen;
    else if (event.action === 'remove') this.#leave(seen);
    else if (event.action === 'unbind') this.#unsettle({ driverBound: null });
  }

  #netdev(event: GuestEvent, seen: SeenAt): void {
    if (!this.#isMeant(event)) return;
    const state = this.#state;
    if (event.action === 'remove') {
      this.#unsettle({ netdevRegistered: null, netdev: null });
      this.#namedByUdev = false;
      return;
    }
    state.netdevRegistered ??= seen;
    // The kernel's "add" may be read after udev has already renamed: a name once given by a later event stays.
    const name = event.properties.get('INTERFACE') ?? event.netdev?.name ?? null;
    if (name !== null && (event.action !== 'add' || event.source !== 'kernel' || state.name === null))
      state.name = name;
    if (state.netdev && state.name !== null) state.netdev = { ...state.netdev, name: state.name };
    if (event.netdev) {
      state.netdev = event.netdev;
      state.mac = event.netdev.mac;
      state.driver = event.netdev.driver ?? state.driver;
    }
    state.driver = event.properties.get('ID_NET_DRIVER') ?? state.driver;
    if (event.action === 'add' && event.source === 'udev') this.#namedByUdev = true;
  }

  /** Drivers such as mlx5 put several netdevs on one function; the first counts unless another has the MAC. */
  #isMeant(event: GuestEvent): boolean {
    const state = this.#state;
    const known = state.netdev?.ifindex;
    const index = event.netdev?.ifindex ?? Number(event.properties.get('IFINDEX') ?? NaN);
    if (known === undefined || Number.isNaN(index) || known === index) return true;
    return this.#mac !== null && event.netdev?.mac === this.#mac && state.mac !== this.#mac;
  }

  #settle(seen: SeenAt): void {
    const state = this.#state;
    if (state.settled || state.left || !state.pciAdded || !state.driverBound || !state.netdevRegistered)
      return;
    if (state.finalNameBy === 'udev' && (!this.#namedByUdev || this.#ledger.pending > 0)) return;
    state.settled = seen;
  }

  #unsettle(change: Partial<ArrivalState>): void {
    Object.assign(this.#state, { settled: null }, change);
  }

  #leave(seen: SeenAt): void {
    this.#unsettle({ left: seen, driverBound: null, netdevRegistered: null, netdev: null });
    this.#namedByUdev = false;
  }

  #restart(): void {
    this.#state = blank(this.#state.pciPath, this.#state.finalNameBy);
    this.#ledger.clear();
    this.#namedByUdev = false;
  }
}

function blank(pciPath: PciPath | null, finalNameBy: FinalNameBy): ArrivalState {
  return {
    pciPath,
    pciAdded: null,
    driverBound: null,
    netdevRegistered: null,
    name: null,
    mac: null,
    driver: null,
    netdev: null,
    pendingUevents: 0,
    settled: null,
    left: null,
    first: null,
    last: null,
    finalNameBy,
  };
}
