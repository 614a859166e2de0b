import type { CrashPlan } from './plans.js';

/** One process to be killed, and what is done about its run. */
export interface CrashCase {
  readonly plan: CrashPlan;
  readonly step: string;
  readonly moment: 'before' | 'during' | 'after';
  readonly how: 'resume' | 'undo';
}

/**
 * The cases of several plans. Each step is gone on with after one of its two moments, and taken back after the other;
 * half-way both are tried. What resuming an attach leaves behind is what a detach begins with, and the other way round:
 * in this order hardly a case has to make its own state.
 */
export function casesOf(plans: readonly CrashPlan[]): readonly CrashCase[] {
  const left = plans.flatMap((plan) => ofPlan(plan));
  const ordered: CrashCase[] = [];
  let now: CrashPlan['starts'];
  while (left.length > 0) {
    const fits = left.findIndex(({ plan }) => plan.starts === now || now === undefined);
    const [next] = left.splice(Math.max(fits, 0), 1);
    if (!next) break;
    ordered.push(next);
    now = leaves(next);
  }
  return ordered;
}

function leaves({ plan, how }: CrashCase): CrashPlan['starts'] {
  if (how === 'undo' || plan.starts === undefined) return plan.starts;
  if (plan.operation === 'attach') return 'present';
  return plan.operation === 'detach' ? 'absent' : plan.starts;
}

function ofPlan(plan: CrashPlan): readonly CrashCase[] {
  const { steps, during = [] } = plan;
  return steps.flatMap((step, index): CrashCase[] => {
    const [first, second] = index % 2 === 0 ? (['resume', 'undo'] as const) : (['undo', 'resume'] as const);
    const halfway = (['undo', 'resume'] as const).map(
      (how) => ({ plan, step, moment: 'during', how }) as const,
    );
    return [
      { plan, step, moment: 'before', how: first },
      ...(during.includes(step) ? halfway : []),
      { plan, step, moment: 'after', how: second },
    ];
  });
}
