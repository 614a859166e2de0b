import type { VerdictKind } from '../../../verdicts/index.js';
import type { RemedyFinder } from '../remedy.js';

/** The cures by ghost kind; a kind without an entry needs none, or has none. */
export const REMEDIES: Readonly<Partial<Record<VerdictKind, RemedyFinder>>> = {};
