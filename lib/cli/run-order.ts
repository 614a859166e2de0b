import { listRuns, readRun, summarize, type RunSummary } from '../journal/read.js';

/** Every run in one line, the newest last. A run's id knows the second alone; its first record knows more. */
export async function runsInOrder(stateDir: string): Promise<readonly RunSummary[]> {
  return await summaries(stateDir, await listRuns(stateDir));
}

/** The id of the newest run; null when there is none. Reads the runs of the last second alone. */
export async function newestRun(stateDir: string): Promise<string | null> {
  const ids = await listRuns(stateDir);
  const second = ids.at(-1)?.split('-')[0];
  const last = ids.filter((id) => id.split('-')[0] === second);
  if (last.length < 2) return last[0] ?? null;
  return (await summaries(stateDir, last)).at(-1)?.id ?? null;
}

async function summaries(stateDir: string, ids: readonly string[]): Promise<readonly RunSummary[]> {
  const found: RunSummary[] = [];
  for (const id of ids) found.push(summarize(await readRun(stateDir, id)));
  const second = ({ id }: RunSummary) => id.split('-')[0] ?? '';
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return found.sort((a, b) => compare(second(a), second(b)) || compare(a.startedAt ?? '', b.startedAt ?? ''));
}
