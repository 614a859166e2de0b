import { shown, type Say } from './report.js';

interface Rule {
  readonly code: string;
  /** The option in words: "the MTU". */
  readonly what: string;
}

/** A whole number in decimal within bounds; text such as "1e3", "0x10" or "1500.0" is none. */
export function whole(
  value: number | string | undefined,
  rule: Rule & {
    readonly min: number;
    readonly max: number;
    readonly unit?: string;
    readonly example?: number;
  },
  say: Say,
): number | undefined {
  if (value === undefined) return undefined;
  const { code, what, min, max, unit = '', example } = rule;
  const number = /^\d{1,15}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  const hint = example === undefined ? '' : `, such as ${example}`;
  say(
    code,
    `${what} cannot be ${shown(value)}`,
    `give ${what} as a whole number from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}${hint}`,
  );
  return undefined;
}

const ON = new Set(['on', 'yes', 'true']);
const OFF = new Set(['off', 'no', 'false']);

/** A switch: true, "on", "yes" or "true", and their opposites. */
export function onOff(value: boolean | string | undefined, rule: Rule, say: Say): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  if (ON.has(value)) return true;
  if (OFF.has(value)) return false;
  say(rule.code, `${rule.what} cannot be ${shown(value)}`, `give ${rule.what} as on or off`);
  return undefined;
}

/** One of a few words. */
export function oneOf<Word extends string>(
  value: string | undefined,
  words: readonly Word[],
  rule: Rule,
  say: Say,
): Word | undefined {
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined)
    say(rule.code, `${rule.what} cannot be ${shown(value)}`, `give ${rule.what} as ${words.join(', ')}`);
  return found;
}

/** Text that fits a pattern; `shape` says in words what that is. */
export function matching(
  value: string | undefined,
  pattern: RegExp,
  rule: Rule & { readonly shape: string },
  say: Say,
): string | undefined {
  if (value === undefined || pattern.test(value)) return value;
  say(rule.code, `${rule.what} cannot be ${shown(value)}`, `give ${rule.what} as ${rule.shape}`);
  return undefined;
}

/** An absolute path. */
export function absolutePath(value: string | undefined, rule: Rule, say: Say): string | undefined {
  return matching(value, /^\/[^\p{Cc}]{1,4095}$/u, { ...rule, shape: 'an absolute path' }, say);
}
