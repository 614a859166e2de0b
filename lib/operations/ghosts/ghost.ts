import type { VerdictKind } from '../../verdicts/index.js';

const NO_GHOST: ReadonlySet<VerdictKind> = new Set(['healthy', 'offline', 'unmanaged', 'unknown']);

/** True for the kinds in which planes contradict each other. `unknown` is none: too little was seen to say so. */
export function isGhost(kind: VerdictKind): boolean {
  return !NO_GHOST.has(kind);
}
