import { chainOf, follows } from './chain.js';
import { journalEntry, JOURNAL_SCHEMA, JOURNAL_SCHEMA_1, type JournalEntry } from './entry.js';

/** What a run's file says, line by line. */
export interface ReadLines {
  readonly entries: readonly JournalEntry[];
  readonly damage: readonly string[];
  readonly unterminated: boolean;
  readonly newer: string | null;
}

/** Reads the lines of the run `id`; `ended`: its file's name says that the run's end was recorded. */
export function readLines(id: string, text: string, ended: boolean): ReadLines {
  const lines = text.split('\n');
  const unterminated = lines.at(-1) !== '';
  if (!unterminated) lines.pop();
  const newer = newerFormat(lines[0] ?? '');
  if (newer !== null) return { entries: [], damage: [], unterminated: false, newer };
  const entries: JournalEntry[] = [];
  const damage: string[] = [];
  /** Sums after which the next line may come: of the last good line, and of the line before whatever it is worth. */
  let good = id;
  let previous = id;
  lines.forEach((line, index) => {
    const found = readEntry(line);
    const chain = chainOf(line);
    const where = `line ${index + 1}: `;
    if (typeof found === 'string') {
      // A crash cuts a line short; whoever went on with the file began a new line after it.
      const cut =
        chain === null &&
        (line.startsWith('{"schema":"hotnic.') || (unterminated && index === lines.length - 1));
      damage.push(where + (cut ? 'cut short' : found));
    } else if (found.run !== id || !inPlace(found, index, line, [good, previous])) {
      damage.push(`${where}out of its place, or not as it was written`);
    } else {
      entries.push(found);
      good = chain ?? good;
    }
    previous = chain ?? previous;
  });
  const end = entries.some(({ type }) => type === 'run-end' || type === 'settled');
  const isV2 = entries[0]?.schema === JOURNAL_SCHEMA;
  if (ended && isV2 && !end) damage.push('its last lines are missing: the file was shortened');
  return { entries, damage, unterminated, newer: null };
}

function inPlace(entry: JournalEntry, index: number, line: string, before: readonly string[]): boolean {
  if (entry.schema === JOURNAL_SCHEMA_1) return entry.seq === index;
  return before.some((sum) => follows(line, sum));
}

function newerFormat(line: string): string | null {
  const version = /^\{"schema":"hotnic\.journal\/([0-9]{1,6})"/.exec(line)?.[1];
  return version !== undefined && Number(version) > 2 ? `hotnic.journal/${version}` : null;
}

function readEntry(line: string): JournalEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema !== JOURNAL_SCHEMA && schema !== JOURNAL_SCHEMA_1)
    return `written in the format ${JSON.stringify(schema)}, this hotnic reads ${JOURNAL_SCHEMA}`;
  const parsed = journalEntry.safeParse(value);
  return parsed.success
    ? parsed.data
    : `does not fit ${schema}: ${parsed.error.issues[0]?.message ?? 'unknown reason'}`;
}
