import { malformed } from './malformed.js';

/** The "key TAB value" lines of the probe's first section; a key may repeat. */
export class Facts {
  readonly #values = new Map<string, string[]>();

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const tab = line.indexOf('\t');
      if (tab < 1) throw malformed('a fact has no value', line);
      const key = line.slice(0, tab);
      this.#values.set(key, [...this.all(key), line.slice(tab + 1)]);
    }
  }

  /** Every value of the key, in order. */
  all(key: string): readonly string[] {
    return this.#values.get(key) ?? [];
  }

  has(key: string, value: string): boolean {
    return this.all(key).includes(value);
  }

  /** The key's only value, '' when the guest could not read it. Throws when it is absent or repeats. */
  one(key: string): string {
    const [value, second] = this.all(key);
    if (value === undefined || second !== undefined) throw malformed(`"${key}" must be there once`, '');
    return value;
  }
}

/** A decimal or 0x number from sysfs; null for anything else, negative ones too. */
export function sysfsNumber(text: string): number | null {
  if (!/^(?:0x[0-9a-f]{1,12}|[0-9]{1,15})$/i.test(text)) return null;
  return Number(text);
}

/** Text, or null for an empty one. */
export function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** The columns of a tab-separated line, which must be exactly `count`. */
export function columns(line: string, count: number): string[] {
  const parts = line.split('\t');
  if (parts.length !== count) throw malformed(`a line has ${parts.length} columns, not ${count}`, line);
  return parts;
}
