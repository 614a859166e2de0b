import { SYMPTOMS } from './table.js';
import type { KnownMessage, Symptom } from './symptom.js';

// A message is a line or two; whatever is longer has been read from somewhere else.
const LONGEST = 4096;

/** The rows that show themselves by a message. */
export const KNOWN_MESSAGES: readonly KnownMessage[] = SYMPTOMS.filter(
  (symptom): symptom is KnownMessage => symptom.text !== null,
);

/**
 * The row whose words a message has, or null when nothing is known about it. Case, line breaks, and the kind of quotes
 * do not matter. Where several fit, the one that accounts for most of the message.
 */
export function recogniseMessage(message: string): KnownMessage | null {
  const plain = plainMessage(message);
  let best: { readonly known: KnownMessage; readonly length: number } | null = null;
  for (const known of KNOWN_MESSAGES) {
    const length = known.text.exec(plain)?.[0].length ?? 0;
    if (length > (best?.length ?? 0)) best = { known, length };
  }
  return best?.known ?? null;
}

/** A message in one line, with straight quotes, cut to a length that no pattern takes long for. */
function plainMessage(message: string): string {
  return message
    .slice(0, LONGEST)
    .replace(/[\u2018\u2019\u201a\u201b`\u00b4]/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The row that comes nearest to a description: by its words first, else by what most of the description is about. */
export function lookUp(description: string): Symptom | null {
  const known = recogniseMessage(description);
  if (known) return known;
  const given = wordsOf(plainMessage(description));
  let best: { readonly symptom: Symptom; readonly score: number } | null = null;
  for (const symptom of SYMPTOMS) {
    const own = wordsOf(symptom.description);
    const common = [...given].filter((word) => own.has(word)).length;
    const score = common < FEWEST ? 0 : (2 * common) / (given.size + own.size);
    if (score >= ENOUGH && score > (best?.score ?? 0)) best = { symptom, score };
  }
  return best?.symptom ?? null;
}

// Two words in common may be chance; half of all words that either has is not.
const FEWEST = 2;
const ENOUGH = 0.5;

const EVERYDAY: ReadonlySet<string> = new Set(
  'the and but for with from that this its has have had was are not any after into does says only still other'.split(
    ' ',
  ),
);

function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[a-z][a-z0-9_]{2,}/g) ?? [];
  return new Set(
    words.filter((word) => !EVERYDAY.has(word)).map((word) => word.replace(/(?<=[a-z]{3})s$/, '')),
  );
}
