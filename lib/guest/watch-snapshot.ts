import { netdevState, pciPathOf } from './watch-lines.js';
import type { GuestEvent, NetdevState } from './watch-types.js';

interface Snapshot {
  /** Driver ('' for none) by sysfs path of the function. */
  readonly functions: Map<string, string>;
  /** Netdevs by ifindex, which outlives renames. */
  readonly netdevs: Map<number, { readonly devpath: string; readonly state: NetdevState }>;
}

const MAX_DEVICES = 4096;

/** Turns the snapshots of a guest without udevadm into events by comparing each with the one before. */
export class SnapshotReader {
  #last: Snapshot | null = null;
  #next: Snapshot = empty();

  add(tag: 'N' | 'F', [path = '', ...columns]: readonly string[]): void {
    if (!path.startsWith('/devices/') || path.length > 1024) return;
    if (this.#next.functions.size + this.#next.netdevs.size >= MAX_DEVICES) return;
    if (tag === 'F') {
      this.#next.functions.set(path, columns[0] ?? '');
      return;
    }
    const state = netdevState(columns);
    if (state) this.#next.netdevs.set(state.ifindex, { devpath: path, state });
  }

  /** The events between the last snapshot and this one; the first only sets the stage. */
  finish(at: number, guestTime: number | null): GuestEvent[] {
    const before = this.#last;
    const now = this.#next;
    this.#last = now;
    this.#next = empty();
    if (before === null) return [];
    const event = (
      action: string,
      subsystem: string,
      devpath: string,
      netdev: NetdevState | null,
    ): GuestEvent => ({
      source: 'sysfs',
      action,
      subsystem,
      devpath,
      pciPath: pciPathOf(devpath),
      seqnum: null,
      properties: new Map(netdev ? [['INTERFACE', netdev.name]] : []),
      netdev: action === 'remove' ? null : netdev,
      guestTime,
      at,
      text: '',
    });
    return [
      ...functionsAdded(before, now).map(([path, action]) => event(action, 'pci', path, null)),
      ...netdevChanges(before, now).map(([action, { devpath, state }]) =>
        event(action, 'net', devpath, state),
      ),
      ...functionsRemoved(before, now).map(([path, action]) => event(action, 'pci', path, null)),
    ];
  }
}

function functionsAdded(before: Snapshot, now: Snapshot): [string, string][] {
  return [...now.functions].flatMap(([path, driver]) => {
    const old = before.functions.get(path);
    const steps: [string, string][] = old === undefined ? [[path, 'add']] : [];
    if (driver !== '' && driver !== old) steps.push([path, 'bind']);
    return steps;
  });
}

function functionsRemoved(before: Snapshot, now: Snapshot): [string, string][] {
  return [...before.functions].flatMap(([path, driver]): [string, string][] => {
    const current = now.functions.get(path);
    if (current === undefined) return [[path, 'remove']];
    return driver !== '' && current === '' ? [[path, 'unbind']] : [];
  });
}

function netdevChanges(before: Snapshot, now: Snapshot): [string, { devpath: string; state: NetdevState }][] {
  const gone = [...before.netdevs].filter(([index]) => !now.netdevs.has(index));
  const rest = [...now.netdevs].flatMap(([index, netdev]): [string, typeof netdev][] => {
    const old = before.netdevs.get(index);
    if (old === undefined) return [['add', netdev]];
    if (old.state.name !== netdev.state.name) return [['move', netdev]];
    return JSON.stringify(old) === JSON.stringify(netdev) ? [] : [['change', netdev]];
  });
  return [...gone.map(([, netdev]): [string, typeof netdev] => ['remove', netdev]), ...rest];
}

function empty(): Snapshot {
  return { functions: new Map(), netdevs: new Map() };
}
