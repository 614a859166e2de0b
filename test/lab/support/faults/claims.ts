import type { Told } from '../crash/operations.js';
import type { Truth } from './truth.js';

interface Claim {
  readonly says: RegExp;
  readonly holds: (now: Truth, before: Truth) => boolean;
}

/** What a report can say about where the NIC is, and when that is true. */
const CLAIMS: readonly Claim[] = [
  {
    says: /both definitions (still )?have (the NIC|it)|stays in both definitions/,
    holds: (now) => now.live && now.config,
  },
  { says: /both definitions are as they were|nothing was changed|nothing is attached/, holds: same },
  { says: /persistent (definition|one) still has/, holds: (now) => now.config },
  {
    says: /gone from the running definition and still in the persistent/,
    holds: (now) => !now.live && now.config,
  },
  { says: /stays in the running definition/, holds: (now) => now.live },
  { says: /^(?!.*could not).*gone from [^']*definitions/, holds: (now) => !now.live && !now.config },
  { says: /was taken out of/, holds: (now) => !now.live && !now.config },
  { says: /is attached to/, holds: (now) => now.live },
];

/** The sentences of a report that are not true. What was undone may be told beside what had been seen before. */
export function lies({ outcome, summary, details }: Told, now: Truth, before: Truth): readonly string[] {
  const undone = details.some((line) => line.startsWith('undone: '));
  const lines = outcome === 'failed' && undone ? details : [summary, ...details];
  return lines.filter((line) => CLAIMS.some(({ says, holds }) => says.test(line) && !holds(now, before)));
}

function same(now: Truth, before: Truth): boolean {
  const guest = now.guest === null || now.guest === before.guest;
  return now.live === before.live && now.config === before.config && guest;
}
