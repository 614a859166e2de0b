import { readFileSync } from 'node:fs';
import type { Line } from '../../lib/channel/channel.js';
import { parseProbe } from '../../lib/guest/parse-probe.js';
import type { GuestProbe } from '../../lib/guest/probe-types.js';
import { WatchParser } from '../../lib/guest/watch-parser.js';
import type { WatchItem } from '../../lib/guest/watch-parser.js';
import type { GuestEvent } from '../../lib/guest/watch-types.js';

/** The UUID with which the recorded watches were started, and the nonce of the recorded probes. */
export const UUID = '11111111-2222-3333-4444-555555555555';
export const NONCE = '00112233445566778899aabb';

/** Text of a recording in test/guest/fixtures, all made on real guests. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), 'utf8');
}

export function recordedProbe(name: string): GuestProbe {
  return parseProbe(fixture(name), NONCE, { sentMs: 1000, receivedMs: 1400 });
}

/** What the parser makes of lines that arrive one ms apart. */
export function parseLines(text: string): WatchItem[] {
  const parser = new WatchParser(UUID);
  return text.split('\n').flatMap((line, index) => parser.feed(lineAt(line, 1_000_000 + index)));
}

export function lineAt(text: string, at: number): Line {
  return { text, at, truncated: false };
}

export function recordedEvents(name: string): GuestEvent[] {
  return parseLines(fixture(name)).flatMap((item) => (item.kind === 'event' ? [item.event] : []));
}
