import type { Line } from '../channel/channel.js';
import { KernelLogReader } from './watch-klog.js';
import { SnapshotReader } from './watch-snapshot.js';
import { headline, netdevState, pciPathOf } from './watch-lines.js';
import type { GuestEvent } from './watch-types.js';

/** What one line of the watch script brought. */
export type WatchItem =
  | { readonly kind: 'event'; readonly event: GuestEvent }
  | { readonly kind: 'tick'; readonly monotonicS: number; readonly udevadm: string; readonly dmesg: string }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'log-marker' }
  | { readonly kind: 'refused'; readonly what: string };

const MAX_PROPERTIES = 64;
const MAX_VALUE = 1024;

/**
 * Reads the lines of the watch script; pure. A line that is none of its own (a login script's chatter, an answer made
 * to confuse) is dropped.
 */
export class WatchParser {
  readonly #snapshots = new SnapshotReader();
  readonly #log: KernelLogReader;
  #open: GuestEvent | null = null;
  #properties = new Map<string, string>();
  #monotonicS: number | null = null;

  constructor(uuid: string) {
    this.#log = new KernelLogReader(uuid);
  }

  feed(line: Line): WatchItem[] {
    const { text, at } = line;
    if (/^[0-9 ]/.test(text)) return this.#log.raw(text, at);
    const [tag = '', ...columns] = text.split('\t');
    switch (tag) {
      case 'E':
        this.#properties = new Map();
        this.#open = headline(columns.join('\t'), this.#properties, at);
        return [];
      case 'P':
        this.#property(columns.join('\t'));
        return [];
      case 'S':
        if (this.#open) this.#open = { ...this.#open, netdev: netdevState(columns) };
        return [];
      case '.':
        return this.#finish(at);
      case 'K':
        return this.#log.dmesg(columns.join('\t'), at);
      case 'T':
        return this.#tick(columns);
      case 'N':
      case 'F':
        this.#snapshots.add(tag, columns);
        return [];
      case ';':
        return [
          { kind: 'snapshot' },
          ...this.#snapshots.finish(at, this.#monotonicS).map((event) => ({ kind: 'event' as const, event })),
        ];
      case 'X':
        return [{ kind: 'refused', what: columns[0] ?? '' }];
      default:
        return [];
    }
  }

  #property(text: string): void {
    const equals = text.indexOf('=');
    if (equals < 1 || this.#properties.size >= MAX_PROPERTIES) return;
    this.#properties.set(text.slice(0, equals), text.slice(equals + 1, equals + 1 + MAX_VALUE));
  }

  /** The block arrived with its last line; that is the event's time. */
  #finish(at: number): WatchItem[] {
    const open = this.#open;
    this.#open = null;
    if (open === null) return [];
    const seqnum = /^\d{1,15}$/.exec(this.#properties.get('SEQNUM') ?? '');
    return [
      {
        kind: 'event',
        event: { ...open, seqnum: seqnum ? Number(seqnum[0]) : null, pciPath: pciPathOf(open.devpath), at },
      },
    ];
  }

  #tick([clock = '', udevadm = '', dmesg = '']: readonly string[]): WatchItem[] {
    const match = /^(\d{1,10}\.\d{2}) (\d{1,19})?$/.exec(clock);
    if (!match) return [];
    this.#monotonicS = match[2] === undefined ? Number(match[1]) : Number(match[2]) / 1e9;
    return [{ kind: 'tick', monotonicS: this.#monotonicS, udevadm, dmesg }];
  }
}
