import {
  InterruptedError,
  PendingError,
  type Json,
  type Plan,
  type Progress,
  type Step,
  type StepContext,
} from './step.js';

/** Where the record of a run goes; lib/journal implements it with a file. Each call returns when the record is safe. */
export interface Recorder {
  readonly runId: string;
  record(entry: PlanEntry): void;
}

/** One record of a run, before it gets its number and time. */
export type PlanEntry =
  | {
      readonly type: 'run-begin';
      readonly operation: string;
      readonly subject: string;
      readonly title: string;
      readonly steps: readonly string[];
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
    };

/**
 * How a plan ended. `done`: every step done and confirmed. `pending`: accepted, not proved. `failed`: what had been
 * changed is undone. `half`: something could not be undone. `interrupted`: stopped by the user at a consistent point.
 */
export type PlanOutcome = 'done' | 'pending' | 'failed' | 'half' | 'interrupted';

export interface PlanResult {
  readonly outcome: PlanOutcome;
  /** The step that did not end well. */
  readonly step?: string;
  readonly error?: Error;
  /** Outputs of the steps that are done, by name. */
  readonly outputs: Readonly<Record<string, Json>>;
  readonly undone: readonly string[];
  /** Steps that could not be undone, with the reason: what is left to do by hand. */
  readonly notUndone: readonly { readonly step: string; readonly error: Error }[];
  /** For an interrupted run: on which side of the change it stopped. */
  readonly state?: 'before' | 'after';
}

/**
 * Runs a plan's steps in order, each journalled before and after. When a step fails, the steps that have run are
 * undone in reverse order. A pending step undoes nothing: its request is still on its way. An interrupt stops before
 * the next step and undoes, unless a step says with InterruptedError that it stopped at a consistent point.
 */
export async function runPlan(
  plan: Plan,
  options: { readonly recorder: Recorder; readonly signal: AbortSignal; readonly progress: Progress },
): Promise<PlanResult> {
  const { recorder, signal, progress } = options;
  recorder.record({
    type: 'run-begin',
    operation: plan.operation,
    subject: plan.subject,
    title: plan.title,
    steps: plan.steps.map((step) => step.name),
  });
  const started: Step[] = [];
  const outputs: Record<string, Json> = {};
  for (const step of plan.steps) {
    try {
      if (signal.aborted && step.onInterrupt !== 'finish')
        throw new InterruptedError(`interrupted before ${step.name}`, sideOf(step));
      started.push(step);
      const output = await runStep(step, options);
      if (output !== undefined) outputs[step.name] = output;
    } catch (thrown) {
      return await stop({
        step,
        error: asError(thrown),
        started,
        outputs,
        recorder,
        signal,
        progress,
      });
    }
  }
  recorder.record({ type: 'run-end', outcome: 'done' });
  return { outcome: 'done', outputs, undone: [], notUndone: [] };
}

async function runStep(
  step: Step,
  { recorder, signal, progress }: { recorder: Recorder; signal: AbortSignal; progress: Progress },
): Promise<Json | undefined> {
  recorder.record({
    type: 'step-begin',
    step: step.name,
    ...(step.input === undefined ? {} : { input: step.input }),
  });
  progress.step(step.name, 'begin');
  const context = contextFor(step, recorder, signal, progress);
  try {
    const output = await step.run(context);
    await step.confirm?.(context);
    recorder.record({
      type: 'step-end',
      step: step.name,
      ok: true,
      ...(output === undefined ? {} : { output }),
    });
    progress.step(step.name, 'end');
    return output;
  } catch (thrown) {
    recorder.record({ type: 'step-end', step: step.name, ok: false, error: asError(thrown).message });
    throw thrown;
  }
}

interface Stop {
  readonly step: Step;
  readonly error: Error;
  readonly started: readonly Step[];
  readonly outputs: Record<string, Json>;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function stop({
  step,
  error,
  started,
  outputs,
  recorder,
  signal,
  progress,
}: Stop): Promise<PlanResult> {
  // A wait that the interrupt cut short throws the abort reason, not InterruptedError.
  const side = error instanceof InterruptedError ? error.state : signal.aborted ? sideOf(step) : undefined;
  const kept = error instanceof PendingError || side === 'after';
  const { undone, notUndone } = kept
    ? { undone: [], notUndone: [] }
    : await undoSteps(started, recorder, progress);
  const outcome = outcomeOf(error, side, notUndone.length);
  const state = outcome === 'interrupted' ? side : undefined;
  const where = state === undefined ? {} : { state };
  recorder.record({ type: 'run-end', outcome, error: error.message, ...where });
  return { outcome, step: step.name, error, outputs, undone, notUndone, ...where };
}

function outcomeOf(error: Error, side: 'before' | 'after' | undefined, left: number): PlanOutcome {
  if (error instanceof PendingError) return 'pending';
  if (left > 0) return 'half';
  return side === undefined ? 'failed' : 'interrupted';
}

function sideOf(step: Step): 'before' | 'after' {
  return step.onInterrupt === 'keep' ? 'after' : 'before';
}

async function undoSteps(
  started: readonly Step[],
  recorder: Recorder,
  progress: Progress,
): Promise<Pick<PlanResult, 'undone' | 'notUndone'>> {
  const undone: string[] = [];
  const notUndone: { step: string; error: Error }[] = [];
  for (const step of [...started].reverse()) {
    if (!step.undo) continue;
    recorder.record({ type: 'undo-begin', step: step.name });
    progress.step(step.name, 'undo');
    try {
      // An undo is not interrupted by the signal that caused it.
      await step.undo(contextFor(step, recorder, new AbortController().signal, progress));
      undone.push(step.name);
      recorder.record({ type: 'undo-end', step: step.name, ok: true });
    } catch (thrown) {
      const error = asError(thrown);
      notUndone.push({ step: step.name, error });
      recorder.record({ type: 'undo-end', step: step.name, ok: false, error: error.message });
    }
  }
  return { undone, notUndone };
}

function contextFor(step: Step, recorder: Recorder, signal: AbortSignal, progress: Progress): StepContext {
  return {
    signal,
    progress,
    note: (text, data) => {
      recorder.record({ type: 'note', step: step.name, text, ...(data === undefined ? {} : { data }) });
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
