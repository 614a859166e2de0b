import { HotnicError } from '../../errors/hotnic-error.js';

/** A JSON object whose values nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the JSON array that a tool printed; an empty output is an empty list, as iproute2 prints it.
 * @throws HotnicError `host-answer` where it is something else
 */
export function jsonList(text: string, tool: string): readonly Fields[] {
  if (text.trim() === '') return [];
  const value = parse(text, tool);
  if (!Array.isArray(value)) throw notUnderstood(tool, 'its answer is no list');
  return value.filter(isFields);
}

/** JSON.parse with an error that names the tool. */
export function parse(text: string, tool: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notUnderstood(tool, 'its answer is no JSON', error);
  }
}

/** A tool of the hypervisor answered something that its documentation does not have. */
export function notUnderstood(tool: string, what: string, cause?: unknown): HotnicError {
  return new HotnicError('host-answer', `${tool} on the hypervisor: ${what}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a key; empty where there is none. */
export function fieldsOf(from: Fields, key: string): Fields {
  const value = own(from, key);
  return isFields(value) ? value : {};
}

/** The objects of the list under a key. */
export function listOf(from: Fields, key: string): readonly Fields[] {
  const value = own(from, key);
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The strings of the list under a key, each at most `longest` characters. */
export function textsOf(from: Fields, key: string, longest = 256): readonly string[] {
  const value = own(from, key);
  return Array.isArray(value)
    ? value.filter((one): one is string => typeof one === 'string' && one.length <= longest)
    : [];
}

/** The string under a key; null where there is none, or one that is longer than anything sane. */
export function textOf(from: Fields, key: string, longest = 256): string | null {
  const value = own(from, key);
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : null;
}

/** The whole number under a key. */
export function numberOf(from: Fields, key: string): number | null {
  const value = own(from, key);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

/** The truth value under a key. */
export function flagOf(from: Fields, key: string): boolean | null {
  const value = own(from, key);
  return typeof value === 'boolean' ? value : null;
}

function own(from: Fields, key: string): unknown {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}
