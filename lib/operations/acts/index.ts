import type { Act } from './act.js';

/** Every act there is, by name. A journal names them, so a name never changes its meaning. */
const ACTS: readonly Act[] = [];

/** The act of a name; null where this hotnic has none of that name. */
export function actNamed(name: string): Act | null {
  return ACTS.find((act) => act.name === name) ?? null;
}
