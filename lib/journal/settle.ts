import { rename } from 'node:fs/promises';
import { sealLine } from './chain.js';
import { journalEntry, JOURNAL_SCHEMA, type SettledEntry } from './entry.js';
import { runFile } from './folder.js';
import { openLineFile } from './line-file.js';
import { readRun, type JournalRun } from './read.js';

/**
 * Adds to a run's file what has become of the run, and closes it. Its own lines stay as they are. Whoever calls this
 * holds the lock of what the run is about, so that no two do it at once.
 * @throws HotnicError `journal-unwritable`
 */
export async function settleRun(
  stateDir: string,
  id: string,
  settled: Pick<SettledEntry, 'how' | 'by' | 'text'>,
): Promise<void> {
  const run = await readRun(stateDir, id);
  if (run.newer !== null) return;
  const entry = journalEntry.parse({
    schema: JOURNAL_SCHEMA,
    run: id,
    seq: (run.entries.at(-1)?.seq ?? -1) + 1,
    at: new Date().toISOString(),
    type: 'settled',
    ...settled,
  });
  {
    using file = openLineFile(run.path, 'a');
    // What a crash left of a line ends here.
    if (run.unterminated) file.add('');
    file.add(sealLine(lastSum(run), entry).line);
  }
  if (run.file !== 'closed') await rename(run.path, runFile(stateDir, id, 'closed'));
}

function lastSum({ id, entries }: JournalRun): string {
  return entries.at(-1)?.chain ?? id;
}
