import { plannedStep, SAVED, type PlanOutcome, type Recorder } from './entry.js';
import { safeRecorder, type SafeRecorder } from './safe-recorder.js';
import {
  InterruptedError,
  PendingError,
  type Json,
  type Plan,
  type Progress,
  type Step,
  type StepContext,
} from './step.js';

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
 * the next step and undoes, unless a step says with InterruptedError that it stopped at a consistent point. So does a
 * record that cannot be written any more: the next change is not begun.
 * @throws what the recorder throws at the very first record: nothing has been done then
 */
export async function runPlan(
  plan: Plan,
  options: { readonly recorder: Recorder; readonly signal: AbortSignal; readonly progress: Progress },
): Promise<PlanResult> {
  const { signal, progress } = options;
  const steps = uniquelyNamed(plan.steps);
  options.recorder.record({
    type: 'run-begin',
    operation: plan.operation,
    subject: plan.subject,
    title: plan.title,
    steps: steps.map(plannedStep),
    ...(plan.request === undefined ? {} : { request: plan.request }),
  });
  const recorder = safeRecorder(options.recorder);
  const started: Step[] = [];
  const outputs: Record<string, Json> = {};
  for (const step of steps) {
    try {
      if (signal.aborted && step.onInterrupt !== 'finish')
        throw new InterruptedError(`interrupted before ${step.name}`, sideOf(step));
      beginStep(step, recorder);
      started.push(step);
      const output = await runStep(step, { recorder, signal, progress });
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

/** One act may be in a plan several times; in the journal each step has a name of its own. */
function uniquelyNamed(steps: readonly Step[]): readonly Step[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const count = (seen.get(step.name) ?? 0) + 1;
    seen.set(step.name, count);
    return count === 1 ? step : { ...step, name: `${step.name}-${count}` };
  });
}

/** A step begins only when that is on record, unless leaving it out would leave things half done. */
function beginStep(step: Step, recorder: SafeRecorder): void {
  const mayStop = step.onInterrupt !== 'finish';
  if (recorder.trouble && mayStop) throw recorder.trouble;
  recorder.record({
    type: 'step-begin',
    step: step.name,
    ...(step.input === undefined ? {} : { input: step.input }),
  });
  if (recorder.trouble && mayStop) throw recorder.trouble;
}

async function runStep(
  step: Step,
  { recorder, signal, progress }: { recorder: SafeRecorder; signal: AbortSignal; progress: Progress },
): Promise<Json | undefined> {
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
  readonly recorder: SafeRecorder;
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
  const asked = error instanceof PendingError || (error instanceof InterruptedError && error.asked);
  recorder.record({
    type: 'run-end',
    outcome,
    error: error.message,
    ...where,
    ...(asked ? { asked } : {}),
  });
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
  recorder: SafeRecorder,
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

function contextFor(
  step: Step,
  recorder: SafeRecorder,
  signal: AbortSignal,
  progress: Progress,
): StepContext {
  return {
    signal,
    progress,
    note: (text, data) => {
      recorder.record({ type: 'note', step: step.name, text, ...(data === undefined ? {} : { data }) });
    },
    save: (data) => {
      recorder.record({ type: 'note', step: step.name, text: SAVED, data });
      if (recorder.trouble) throw recorder.trouble;
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
