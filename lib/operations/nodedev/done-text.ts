import type { PlanResult } from '../../plan/index.js';
import { methodText } from '../acts/function-reset.js';
import type { FunctionReport } from './change.js';
import type { NodedevOperation } from './planned-acts.js';

/** What has been proved, in one line. */
export function doneText(
  operation: NodedevOperation,
  functions: readonly FunctionReport[],
  outputs: PlanResult['outputs'],
): string {
  const lines = functions.map(({ address, before, after }) => {
    const now = `${address} is on ${after?.driver ?? 'no driver'}${after === null || after.netdevs.length === 0 ? '' : ` (${after.netdevs.join(', ')})`}`;
    if (operation === 'reattach' && before.driver === after?.driver)
      return `${now}, as it was before: nothing was done`;
    if (operation === 'detach' && before.driver === after?.driver) return `${now} already: nothing was done`;
    return operation === 'reset' ? now : `${now}, it was on ${before.driver ?? 'no driver'}`;
  });
  return [...resetTexts(outputs), ...lines].join('; ');
}

/** A reset that nobody can see is not said to have happened. */
function resetTexts(outputs: PlanResult['outputs']): readonly string[] {
  return Object.entries(outputs).flatMap(([step, output]) => {
    if (!step.startsWith('function-reset') || typeof output !== 'object' || output === null) return [];
    const { method, proved, by, why } = output as Readonly<Record<string, unknown>>;
    const how = typeof method === 'string' ? methodText(method) : 'the kernel’s choice';
    return [
      proved === true
        ? `reset by ${how}, seen in its ${String(by)}`
        : `asked for a reset by ${how}; the kernel says yes, and whether it happened cannot be proved: ${String(why)}`,
    ];
  });
}
