import { SYMPTOMS } from './table.js';
import type { Symptom } from './symptom.js';

/** The words of a verdict, as far as a symptom may be recognised by them. */
export interface VerdictWords {
  readonly kind: string;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly cause?: string;
}

const LONGEST = 8192;

/** What is known about a verdict: rows that name words of it first, then those of its kind. */
export function symptomsFor({ kind, summary, evidence, cause = '' }: VerdictWords): readonly Symptom[] {
  const words = [summary, cause, ...evidence].join('\n').slice(0, LONGEST);
  const fits = (symptom: Symptom, wordy: boolean) =>
    symptom.verdicts.some(
      (sign) => sign.kind === kind && (sign.says !== undefined) === wordy && (sign.says?.test(words) ?? true),
    );
  const exact = SYMPTOMS.filter((symptom) => fits(symptom, true));
  return [...exact, ...SYMPTOMS.filter((symptom) => fits(symptom, false) && !exact.includes(symptom))];
}
