/** Something a step has to tell while it runs; the command line shows it, the library's user may ignore it. */
export interface Progress {
  /** A fact worth a line: "attached as net1 at 0000:01:00.0". */
  info(text: string): void;
  /** What is being waited for, since when and until when (milliseconds since the epoch). */
  waiting(text: string, since: number, until: number): void;
  /** A step begins or ends; `--verbose` shows these. */
  step(name: string, phase: 'begin' | 'end' | 'undo'): void;
}

/** What a running step gets. */
export interface StepContext {
  /** Aborts when the user interrupts. A step that has changed something decides itself where it is safe to stop. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Writes a fact into the journal at once, while the step runs. */
  readonly note: (text: string, data?: Json) => void;
  /**
   * Writes what `undo` will need, before anything is changed; a later process finds it in the journal.
   * @throws when it cannot be recorded: then nothing may be changed
   */
  readonly save?: (saved: Json) => void;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * One step of a plan. `run` resolves when the step is *done*; a step whose request was taken but whose effect is not
 * proved throws {@link PendingError} instead. "Accepted" and "done" are never the same value.
 */
export interface Step {
  /** Stable name, for the journal and for tests: "attach-device". */
  readonly name: string;
  /** What it will do, in words a person reads in a dry run. */
  readonly describe: string;
  /** What is written into the journal before it runs: enough to understand and to undo it later. */
  readonly input?: Json;
  /** The act that the step is made of: with its input it can be made again from the journal (lib/operations/acts). */
  readonly act?: string;
  /** False for a step that only reads or listens: a run that was cut off before any other left nothing half done. */
  readonly changes?: boolean;
  /**
   * What an interrupt before or during this step means. `undo` (default): what has been changed is put back. `keep`:
   * the plan stops and leaves the change as it is, both definitions agree by now. `finish`: the step runs all the
   * same, stopping before it would leave the definitions apart.
   */
  readonly onInterrupt?: 'undo' | 'keep' | 'finish';
  run(context: StepContext): Promise<Json | undefined>;
  /** Puts back what `run` changed, also when `run` failed half-way. Absent where nothing was changed or can be put back. */
  readonly undo?: (context: StepContext) => Promise<void>;
  /** Reads a plane again and throws when the step's effect is not there. */
  readonly confirm?: (context: StepContext) => Promise<void>;
}

/** An ordered list of steps that together do one thing. */
export interface Plan {
  /** What the plan is for: "attach a NIC to web1". */
  readonly title: string;
  readonly operation: string;
  /** The domain or device it is about. */
  readonly subject: string;
  readonly steps: readonly Step[];
  /** All that another process needs to finish or undo it; written into the journal first (lib/operations/recovery). */
  readonly request?: Json;
}

/** A request was accepted, and its effect is not proved yet. The steps before it are kept, none is undone. */
export class PendingError extends Error {
  override readonly name = 'PendingError';
  /** What is still to come, and where: the report shows it. */
  readonly pending: string;
  /** The next command to type. */
  readonly next: string | undefined;

  constructor(message: string, pending: string, next?: string) {
    super(message);
    this.pending = pending;
    this.next = next;
  }
}

/** The user interrupted, and the step stopped where both definitions agree. `state` says which side of the change. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly state: 'before' | 'after';
  /** A request that cannot be taken back is still on its way. */
  readonly asked: boolean;

  constructor(message: string, state: 'before' | 'after', asked = false) {
    super(message);
    this.state = state;
    this.asked = asked;
  }
}
