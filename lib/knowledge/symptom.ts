/** A row of what is known: how it shows, why it comes about, what to do. */
export interface Symptom {
  /** Stable name, for programs and tests. */
  readonly id: string;
  /** Words of libvirt, QEMU, a kernel or a tool that show it; null where only the state shows it. */
  readonly text: RegExp | null;
  /** How a person would describe it: for looking it up without the exact words. */
  readonly description: string;
  /** The verdicts behind which it may stand. */
  readonly verdicts: readonly VerdictSign[];
  /** `waiting`: no failure, the thing is under way. `failure`: it will not come about by waiting. */
  readonly means: 'waiting' | 'failure';
  readonly cause: string;
  /** What to type or do. */
  readonly fix: string;
  /** Where it was seen. */
  readonly source: string;
}

/** A verdict that a symptom may explain: of this kind, and where `says` is given, only if its words have that too. */
export interface VerdictSign {
  readonly kind: string;
  readonly says?: RegExp;
}

/** A symptom that shows itself by a message. */
export type KnownMessage = Symptom & { readonly text: RegExp };
