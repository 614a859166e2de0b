import { EXIT, isHotnicError, type ExitCode } from '../../errors/hotnic-error.js';
import { PendingError, type PlanResult } from '../../plan/index.js';

/** How an operation ended, for a person and for a program. */
export interface OperationReport {
  readonly outcome: PlanResult['outcome'] | 'planned';
  readonly exitCode: ExitCode;
  /** The run in the journal; null for a dry run. */
  readonly run: string | null;
  /** One line for a person. */
  readonly summary: string;
  /** What is still to come or to be done by hand, and why; empty when nothing is. */
  readonly details: readonly string[];
  readonly next: string | null;
  readonly warnings: readonly string[];
}

/** The report of a dry run. */
export function dryRunReport(title: string, warnings: readonly string[]): OperationReport {
  const summary = `${title}: dry run, nothing was changed`;
  return { outcome: 'planned', exitCode: EXIT.done, run: null, summary, details: [], next: null, warnings };
}

const CODES: Readonly<Record<PlanResult['outcome'], ExitCode>> = {
  done: EXIT.done,
  pending: EXIT.pending,
  failed: EXIT.failed,
  half: EXIT.half,
  interrupted: EXIT.interrupted,
};

/** Makes the report of a plan that ran; `done` says in one line what has been proved. */
export function reportOf(
  result: PlanResult,
  run: string,
  done: string,
  warnings: readonly string[],
): OperationReport {
  const { outcome, error } = result;
  // A step may know better than "failed" (half of a change done); nothing else changes what an outcome means.
  const half = outcome === 'failed' && isHotnicError(error) && error.exitCode === EXIT.half;
  const base = {
    outcome: half ? ('half' as const) : outcome,
    exitCode: half ? EXIT.half : CODES[outcome],
    run,
    warnings,
  };
  if (outcome === 'done') return { ...base, summary: done, details: [], next: null };
  return { ...base, summary: error?.message ?? outcome, details: detailsOf(result), next: nextOf(result) };
}

function detailsOf({ outcome, error, undone, notUndone, state }: PlanResult): readonly string[] {
  const lines: string[] = [];
  if (error instanceof PendingError) lines.push(`pending: ${error.pending}`);
  if (isHotnicError(error)) {
    const { why, state: now, seen } = error.details;
    if (seen !== undefined && !error.message.includes(seen)) lines.push(`seen: ${seen}`);
    if (why !== undefined) lines.push(`why: ${why}`);
    if (now !== undefined) lines.push(`state: ${now}`);
  }
  if (undone.length > 0) lines.push(`undone: ${undone.join(', ')}`);
  for (const left of notUndone) lines.push(`not undone: ${left.step}: ${left.error.message}`);
  if (outcome === 'interrupted')
    lines.push(`stopped ${state ?? 'before'} the change: both definitions agree`);
  return lines;
}

function nextOf({ error, notUndone }: PlanResult): string | null {
  for (const left of notUndone)
    if (isHotnicError(left.error) && left.error.details.next !== undefined) return left.error.details.next;
  if (error instanceof PendingError) return error.next ?? null;
  return isHotnicError(error) ? (error.details.next ?? null) : null;
}
