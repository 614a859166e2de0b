import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HotnicError, usageError } from '../errors/hotnic-error.js';
import { journalEntry, JOURNAL_SCHEMA, type JournalEntry } from './entry.js';

/** A run as its file tells it. */
export interface JournalRun {
  readonly id: string;
  readonly entries: readonly JournalEntry[];
  /** Lines that could not be read, with the reason: a file cut short by a crash, edited, or of a newer hotnic. */
  readonly damage: readonly string[];
}

/** One line about a run, for `hotnic journal list`. */
export interface RunSummary {
  readonly id: string;
  readonly startedAt: string | null;
  readonly operation: string;
  readonly subject: string;
  /** How it ended; `open` when no end was recorded: it runs still, or it was cut off. */
  readonly outcome: string;
  readonly damaged: boolean;
}

const FILE = /^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{6})\.jsonl$/;
/** A run's record is some hundred lines; a file beyond this is not one of ours. */
const FILE_LIMIT = 64 * 1024 * 1024;

/** The ids of all runs, oldest first. No folder means no runs. */
export async function listRuns(stateDir: string): Promise<readonly string[]> {
  const names = await readdir(join(stateDir, 'journal')).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new HotnicError('journal-unreadable', `the journal folder cannot be read: ${String(error)}`, {
      cause: error,
    });
  });
  return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).sort();
}

/**
 * Reads one run. Lines that are damaged are reported, the others stay readable.
 * @throws HotnicError `run-not-found` (exit 2)
 */
export async function readRun(stateDir: string, id: string): Promise<JournalRun> {
  const path = join(stateDir, 'journal', `${id}.jsonl`);
  if (!FILE.test(`${id}.jsonl`)) throw notFound(id);
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) throw notFound(id);
  if (size > FILE_LIMIT)
    throw new HotnicError('journal-damaged', `${path} is ${size} bytes long: not a journal of hotnic`);
  const lines = (await readFile(path, 'utf8')).split('\n');
  const cutShort = lines.pop() !== '';
  const entries: JournalEntry[] = [];
  const damage: string[] = [];
  lines.forEach((line, index) => {
    const entry = readEntry(line);
    if (typeof entry === 'string') damage.push(`line ${index + 1}: ${entry}`);
    else if (entry.run !== id || entry.seq !== index)
      damage.push(`line ${index + 1}: out of its place in the run`);
    else entries.push(entry);
  });
  if (cutShort) damage.push(`line ${lines.length + 1}: cut short`);
  return { id, entries, damage };
}

/** The one-line view of a run. */
export function summarize(run: JournalRun): RunSummary {
  const begin = run.entries.find((entry) => entry.type === 'run-begin');
  const end = run.entries.findLast((entry) => entry.type === 'run-end');
  return {
    id: run.id,
    startedAt: begin?.at ?? null,
    operation: begin?.operation ?? 'unknown',
    subject: begin?.subject ?? 'unknown',
    outcome: end?.type === 'run-end' ? end.outcome : 'open',
    damaged: run.damage.length > 0,
  };
}

function readEntry(line: string): JournalEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema !== JOURNAL_SCHEMA)
    return `written in the format ${JSON.stringify(schema)}, this hotnic reads ${JOURNAL_SCHEMA}`;
  const parsed = journalEntry.safeParse(value);
  return parsed.success
    ? parsed.data
    : `does not fit ${JOURNAL_SCHEMA}: ${parsed.error.issues[0]?.message ?? 'unknown reason'}`;
}

function notFound(id: string): HotnicError {
  return usageError(
    'run-not-found',
    `there is no run ${JSON.stringify(id)} in the journal`,
    'hotnic journal list',
  );
}
