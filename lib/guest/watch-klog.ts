import type { WatchItem } from './watch-parser.js';

const MAX_TEXT = 2048;

/**
 * Reads the two forms in which the kernel log comes: `dmesg -W -r`, which starts at now, and raw /dev/kmsg, which
 * starts with everything the buffer holds. Of the latter, what comes before our own marker is history and dropped.
 */
export class KernelLogReader {
  readonly #marker: string;
  #rawLive = false;
  #lastSequence = -1;

  constructor(uuid: string) {
    this.#marker = `hotnic: listening ${uuid}`;
  }

  /** "<6>[   36.210483] text" */
  dmesg(line: string, at: number): WatchItem[] {
    const match = /^<\d{1,4}>(?:\[\s*(\d{1,10}\.\d{1,6})\] )?(.*)$/.exec(line);
    if (!match) return [];
    const [, time, text = ''] = match;
    return this.#item(text, time === undefined ? null : Number(time), at);
  }

  /** "6,836,36210483,-;text": priority, sequence, microseconds, flags (Documentation/ABI/testing/dev-kmsg). */
  raw(line: string, at: number): WatchItem[] {
    const match = /^\d{1,5},(\d{1,15}),(\d{1,16}),[^;]{1,64};(.*)$/.exec(line);
    if (!match) return [];
    const [, sequence = '', micros = '', text = ''] = match;
    if (Number(sequence) <= this.#lastSequence) return [];
    this.#lastSequence = Number(sequence);
    if (text.startsWith(this.#marker)) this.#rawLive = true;
    return this.#rawLive ? this.#item(text, Number(micros) / 1e6, at) : [];
  }

  #item(text: string, guestTime: number | null, at: number): WatchItem[] {
    if (text.startsWith(this.#marker)) return [{ kind: 'log-marker' }];
    return [
      {
        kind: 'event',
        event: {
          source: 'klog',
          action: '',
          subsystem: '',
          devpath: '',
          pciPath: null,
          seqnum: null,
          properties: new Map(),
          netdev: null,
          guestTime,
          at,
          text: text.slice(0, MAX_TEXT),
        },
      },
    ];
  }
}
