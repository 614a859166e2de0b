import type { RunSummary } from '../journal/index.js';

/** The run that was named; `last` is the newest one there is. */
export async function namedRun(stateDir: string, given: string): Promise<string> {
  const { listRuns } = await import('../journal/index.js');
  return given === 'last' ? ((await listRuns(stateDir)).at(-1) ?? given) : given;
}

/** How a run ended, or what became of it, in words. */
export function outcomeText({ outcome, running, damaged, newer, settled }: RunSummary): string {
  const words =
    outcome === 'open' && settled === null
      ? running
        ? 'running'
        : 'cut off'
      : outcome === 'open'
        ? 'cut off'
        : outcome;
  const notes = [
    settled === null ? '' : settled.how === 'nothing-begun' ? 'nothing was begun' : settled.how,
    damaged ? 'file damaged' : '',
    newer === null ? '' : `written by a newer hotnic (${newer})`,
  ].filter((note) => note !== '');
  return notes.length === 0 ? words : `${words} (${notes.join('; ')})`;
}
