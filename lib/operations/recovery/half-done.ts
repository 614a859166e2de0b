import { beginOf, listRuns, readRun, type JournalRun } from '../../journal/index.js';
import { changesBegun, requestOf, stateOfRun } from './run-state.js';
import type { RunRequest } from './request.js';
import { concerns, type Whose } from './subject.js';

/** A run that was cut off after it had begun to change something. */
export interface HalfDoneRun {
  readonly run: string;
  /** "attach 52:54:00:12:34:56 to web1". */
  readonly title: string;
  readonly operation: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly domain: RunRequest['domain'];
  /** The steps that had begun and changed something, or may have. */
  readonly begun: readonly string[];
}

/**
 * The half-done runs of a domain, of functions or of neither; without a word those of all. Reads the runs
 * without an end alone, so that a folder of thousands costs one listing.
 */
export async function halfDoneRuns(stateDir: string, whose?: Whose): Promise<readonly HalfDoneRun[]> {
  const found: HalfDoneRun[] = [];
  for (const run of await openRuns(stateDir, whose)) {
    const begin = beginOf(run);
    if (!begin || stateOfRun(run) !== 'half-done') continue;
    found.push({
      run: run.id,
      title: begin.title,
      operation: begin.operation,
      startedAt: begin.at,
      domain: requestOf(run)?.domain ?? null,
      begun: changesBegun(run),
    });
  }
  return found;
}

/** The runs that have no end, or of which a request is still on its way; `whose` alone, if it is given. */
export async function openRuns(stateDir: string, whose?: Whose): Promise<readonly JournalRun[]> {
  const runs: JournalRun[] = [];
  for (const id of await listRuns(stateDir, ['open', 'pending'])) {
    const run = await readRun(stateDir, id);
    const request = requestOf(run);
    // A run of which nothing is on disk is about nobody: whoever comes first closes it, once it is no new one.
    const nobodys = beginOf(run) === null && isOld(id);
    if (whose === undefined || nobodys || (request !== null && concerns(request, whose))) runs.push(run);
  }
  return runs;
}

// Between the making of a run's file and its first line lie milliseconds.
const NEW_MS = 60_000;

/** A run's id begins with its time: "20261123T114226123Z-4200b7". */
function isOld(id: string): boolean {
  const [, date = '', time = ''] = /^([0-9]{8})T([0-9]{6})/.exec(id) ?? [];
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  return Date.now() - Date.parse(iso) > NEW_MS;
}
