import { readFile, stat } from 'node:fs/promises';
import { HotnicError, usageError } from '../errors/hotnic-error.js';
import { RUN_ID, type JournalEntry } from './entry.js';
import { runFile, type FileState } from './folder.js';
import { readLines } from './read-lines.js';

/** A run as its file tells it. */
export interface JournalRun {
  readonly id: string;
  /** What the file's name says. */
  readonly file: FileState;
  readonly path: string;
  readonly entries: readonly JournalEntry[];
  /** Lines that could not be read or are not as they were written, with the reason. */
  readonly damage: readonly string[];
  /** The last line has no end: a crash cut it short. That alone takes nothing from the others. */
  readonly unterminated: boolean;
  /** The format of a newer hotnic, in which the run is written: it is left alone. Null for those that are read. */
  readonly newer: string | null;
}

// A run's record is some hundred lines; a file beyond this is not one of ours.
const FILE_LIMIT = 64 * 1024 * 1024;

/**
 * Reads one run. Lines that are damaged are reported, the others stay readable.
 * @throws HotnicError `run-not-found` (exit 2), `journal-damaged` for what cannot be a journal
 */
export async function readRun(stateDir: string, id: string): Promise<JournalRun> {
  if (!RUN_ID.test(id)) throw notFound(id);
  const { text, path, file } = await readText(stateDir, id);
  return { id, file, path, ...readLines(id, text, file !== 'open') };
}

async function readText(
  stateDir: string,
  id: string,
): Promise<{ readonly text: string; readonly path: string; readonly file: FileState }> {
  // A run may end, and its file be renamed, between two looks: the second round finds it.
  for (const file of ['closed', 'pending', 'open', 'pending', 'closed'] as const) {
    const path = runFile(stateDir, id, file);
    try {
      const { size } = await stat(path);
      if (size > FILE_LIMIT)
        throw new HotnicError('journal-damaged', `${path} is ${size} bytes long: not a journal of hotnic`, {
          next: `look at what it is, and move it out of the journal's folder`,
        });
      return { text: await readFile(path, 'utf8'), path, file };
    } catch (error) {
      if (error instanceof HotnicError) throw error;
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new HotnicError('journal-unreadable', `the run ${id} cannot be read: ${String(error)}`, {
          next: `make ${path} readable, or run hotnic as the user who ran it`,
          cause: error,
        });
    }
  }
  throw notFound(id);
}

function notFound(id: string): HotnicError {
  return usageError(
    'run-not-found',
    `there is no run ${JSON.stringify(id)} in the journal`,
    'hotnic journal list',
  );
}
