import type { PlanEntry, Recorder } from './entry.js';

/** A recorder that fails once, not at every record: the plan asks for `trouble` where it can still stop. */
export interface SafeRecorder {
  record(entry: PlanEntry): void;
  /** Why the record is no longer safe; null while it is. */
  readonly trouble: Error | null;
}

/**
 * A record that cannot be written must not break off a step half-way, nor an undo: what has begun is carried through,
 * and the plan stops before the next change.
 */
export function safeRecorder(recorder: Recorder): SafeRecorder {
  let trouble: Error | null = null;
  return {
    record(entry) {
      try {
        recorder.record(entry);
      } catch (error) {
        trouble ??= error instanceof Error ? error : new Error(String(error));
      }
    },
    get trouble() {
      return trouble;
    },
  };
}
