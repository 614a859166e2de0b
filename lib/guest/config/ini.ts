import type { ConfigLine } from '../probe-deep-types.js';

/** One setting of a file in sections. */
export interface Setting {
  /** Lower case; '' above the first section. */
  readonly section: string;
  /** Lower case. */
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** Reads "[section]" and "key=value" lines; comments (# and ;) and whatever else there is are passed over. */
export function readSettings(lines: readonly ConfigLine[]): Setting[] {
  let section = '';
  return lines.flatMap(({ number, text }) => {
    const head = /^\s*\[([^\]]{1,64})\]\s*$/.exec(text);
    if (head) section = (head[1] ?? '').toLowerCase();
    const match = /^\s*([A-Za-z][\w.-]{0,63})\s*=\s*(.*?)\s*$/.exec(text);
    if (head || !match) return [];
    return { section, key: (match[1] ?? '').toLowerCase(), value: match[2] ?? '', line: number };
  });
}

/** The settings of a key in a section. */
export function settingsOf(all: readonly Setting[], section: string, ...keys: string[]): readonly Setting[] {
  return all.filter((one) => one.section === section && keys.includes(one.key));
}
