import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { HotnicError, isHotnicError } from '../errors/hotnic-error.js';
import type { PlanEntry, Recorder } from '../plan/index.js';
import { sealLine } from './chain.js';
import { journalEntry, JOURNAL_SCHEMA } from './entry.js';
import { journalFolder, runFile } from './folder.js';
import { openLineFile } from './line-file.js';
import { processIdentity } from './owner.js';
import { redact } from './redact.js';

/** The writer of one run's file. Records are synced to disk before `record` returns. */
export interface JournalWriter extends Recorder, Disposable {
  /** The run's file; its name changes when the run ends. */
  readonly path: string;
  guestClock(offsetMs: number | null): void;
}

let lastId = '';

/**
 * Opens the file of a new run under `stateDir`/journal. Writing is synchronous on purpose: a step may begin only when
 * its record is on disk, and one record costs less than a millisecond beside the change that follows. The file is named
 * RUN.open.jsonl until the run's end is recorded.
 * @throws HotnicError `journal-unwritable` when the folder or the file cannot be made
 */
export function openJournal(
  stateDir: string,
  version: string,
  now: () => Date = () => new Date(),
): JournalWriter {
  const runId = newId(now);
  let path = runFile(stateDir, runId, 'open');
  const file = open(stateDir, path);
  const self = processIdentity('self');
  let seq = 0;
  let chain = runId;
  let guestOffsetMs: number | null = null;
  return {
    runId,
    get path() {
      return path;
    },
    guestClock(offsetMs) {
      guestOffsetMs = offsetMs;
    },
    record(entry: PlanEntry) {
      const at = now();
      const sealed = sealLine(
        chain,
        journalEntry.parse({
          schema: JOURNAL_SCHEMA,
          run: runId,
          seq,
          at: at.toISOString(),
          ...(guestOffsetMs === null
            ? {}
            : { guestAt: new Date(at.getTime() + guestOffsetMs).toISOString() }),
          ...(redact(entry) as object),
          ...(entry.type === 'run-begin'
            ? { pid: process.pid, version, ...(self && { process: self }) }
            : {}),
        }),
      );
      let full: HotnicError | null = null;
      try {
        file.add(sealed.line);
      } catch (error) {
        // From the reserve it was written all the same.
        if (!isHotnicError(error, 'journal-full')) throw error;
        full = error;
      }
      seq += 1;
      chain = sealed.chain;
      if (entry.type === 'run-end') {
        const ended = runFile(stateDir, runId, entry.asked === true ? 'pending' : 'closed');
        renameSync(path, ended);
        path = ended;
      } else if (full) throw full;
    },
    [Symbol.dispose]() {
      file[Symbol.dispose]();
    },
  };
}

/** Later than every id that this process gave, so that ids sort by start also within a millisecond. */
function newId(now: () => Date): string {
  for (;;) {
    const time = now().toISOString().replaceAll(/[-:.]/g, '');
    const id = `${time}-${randomBytes(3).toString('hex')}`;
    if (id.split('-')[0] === lastId.split('-')[0] && id <= lastId) continue;
    lastId = id;
    return id;
  }
}

function open(stateDir: string, path: string) {
  const folder = journalFolder(stateDir);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = openLineFile(path, 'ax');
    syncFolder(folder);
    return file;
  } catch (cause) {
    throw new HotnicError(
      'journal-unwritable',
      `the journal cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        why: 'every run is recorded before it changes anything',
        state: 'nothing was changed',
        next: `make ${folder} writable, or name another folder with --state-dir`,
        cause,
      },
    );
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
