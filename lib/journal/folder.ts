import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HotnicError } from '../errors/hotnic-error.js';

/**
 * What a run's file name says of it. `open`: no end is recorded. `pending`: it ended, and a request of it is still on
 * its way. `closed`: nothing is left to do. So runs that matter are found in a folder of thousands without reading.
 */
export type FileState = 'open' | 'pending' | 'closed';

const SUFFIX = { open: '.open.jsonl', pending: '.pending.jsonl', closed: '.jsonl' } as const;
const FILE = /^([0-9]{8}T[0-9]{6}(?:[0-9]{3})?Z-[0-9a-f]{6})(\.open|\.pending)?\.jsonl$/;

/** Where the runs' files are. */
export function journalFolder(stateDir: string): string {
  return join(stateDir, 'journal');
}

/** The file of a run in that state. */
export function runFile(stateDir: string, id: string, state: FileState): string {
  return join(journalFolder(stateDir), `${id}${SUFFIX[state]}`);
}

/** The ids of the runs in these states, oldest first. No folder means no runs. */
export async function listRuns(
  stateDir: string,
  states: readonly FileState[] = ['open', 'pending', 'closed'],
): Promise<readonly string[]> {
  const names = await readdir(journalFolder(stateDir)).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    // Where there is no folder there are no runs.
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new HotnicError('journal-unreadable', `the journal folder cannot be read: ${String(error)}`, {
      why: 'a run that was cut off would be found there',
      state: 'nothing was changed',
      next: `make ${journalFolder(stateDir)} readable, or name another folder with --state-dir`,
      cause: error,
    });
  });
  const ids = names.flatMap((name) => {
    const match = FILE.exec(name);
    const state = match?.[2] === undefined ? 'closed' : match[2] === '.open' ? 'open' : 'pending';
    return match?.[1] !== undefined && states.includes(state) ? [match[1]] : [];
  });
  // Once each: a listing that runs while a file is renamed may show both names.
  return [...new Set(ids)].sort();
}
