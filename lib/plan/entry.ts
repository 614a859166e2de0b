import type { Json, Step } from './step.js';

/** Where the record of a run goes; lib/journal implements it with a file. Each call returns when the record is safe. */
export interface Recorder {
  readonly runId: string;
  /** @throws when the record could not be made safe: a full disk, a folder that is gone */
  record(entry: PlanEntry): void;
  /** The guest's wall clock minus this machine's, in ms, once a guest was asked: later records carry both clocks. */
  guestClock?(offsetMs: number | null): void;
}

/** A step as a run's first record lists it: what it is, and, for an act, all that it needs to be made again. */
export interface PlannedStep {
  readonly name: string;
  readonly describe: string;
  readonly act?: string;
  readonly input?: Json;
  /** False for a step that only reads or listens. */
  readonly changes: boolean;
}

/** One record of a run, before it gets its number and time. */
export type PlanEntry =
  | {
      readonly type: 'run-begin';
      readonly operation: string;
      readonly subject: string;
      readonly title: string;
      readonly steps: readonly PlannedStep[];
      readonly request?: Json;
    }
  | { readonly type: 'step-begin' | 'undo-begin'; readonly step: string; readonly input?: Json }
  | {
      readonly type: 'step-end';
      readonly step: string;
      readonly ok: boolean;
      readonly output?: Json;
      readonly error?: string;
    }
  | { readonly type: 'undo-end'; readonly step: string; readonly ok: boolean; readonly error?: string }
  | { readonly type: 'note'; readonly step?: string; readonly text: string; readonly data?: Json }
  | {
      readonly type: 'run-end';
      readonly outcome: PlanOutcome;
      readonly state?: string;
      readonly error?: string;
      /** A request is still on its way to the guest: what was asked for may come about after the run. */
      readonly asked?: boolean;
    };

/**
 * How a plan ended. `done`: every step done and confirmed. `pending`: accepted, not proved. `failed`: what had been
 * changed is undone. `half`: something could not be undone. `interrupted`: stopped by the user at a consistent point.
 */
export type PlanOutcome = 'done' | 'pending' | 'failed' | 'half' | 'interrupted';

/** The text of the note that keeps what a step's undo needs (StepContext.save). */
export const SAVED = 'saved';

/** A step as the journal lists it. */
export function plannedStep({ name, describe, act, input, changes }: Step): PlannedStep {
  return {
    name,
    describe,
    changes: changes ?? true,
    ...(act === undefined ? {} : { act }),
    ...(input === undefined ? {} : { input }),
  };
}
