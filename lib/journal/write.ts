import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HotnicError } from '../errors/hotnic-error.js';
import type { PlanEntry, Recorder } from '../plan/index.js';
import { journalEntry, JOURNAL_SCHEMA } from './entry.js';
import { redact } from './redact.js';

/** The writer of one run's file. Records are synced to disk before `record` returns. */
export interface JournalWriter extends Recorder, Disposable {
  readonly path: string;
}

/**
 * Opens the file of a new run under `stateDir`/journal. Writing is synchronous on purpose: a step may begin only when
 * its record is on disk, and one record costs less than a millisecond beside the change that follows.
 * @throws HotnicError `journal-unwritable` when the folder or the file cannot be made
 */
export function openJournal(
  stateDir: string,
  version: string,
  now: () => Date = () => new Date(),
): JournalWriter {
  const folder = join(stateDir, 'journal');
  const runId = `${now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${randomBytes(3).toString('hex')}`;
  const path = join(folder, `${runId}.jsonl`);
  const fd = open(folder, path);
  let seq = 0;
  let closed = false;
  return {
    runId,
    path,
    record(entry: PlanEntry) {
      const process_ = entry.type === 'run-begin' ? { pid: process.pid, version } : {};
      const line = {
        schema: JOURNAL_SCHEMA,
        run: runId,
        seq: seq++,
        at: now().toISOString(),
        ...(redact(entry) as object),
        ...process_,
      };
      writeWhole(fd, `${JSON.stringify(journalEntry.parse(line))}\n`, path);
    },
    [Symbol.dispose]() {
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
}

function open(folder: string, path: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const fd = openSync(path, 'ax', 0o600);
    syncFolder(folder);
    return fd;
  } catch (cause) {
    throw new HotnicError('journal-unwritable', `the journal cannot be written: ${message(cause)}`, {
      why: 'every run is recorded before it changes anything',
      state: 'nothing was changed',
      next: `make ${folder} writable, or name another folder with --state-dir`,
      cause,
    });
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

function writeWhole(fd: number, text: string, path: string): void {
  try {
    const bytes = Buffer.from(text);
    for (let offset = 0; offset < bytes.length;) offset += writeSync(fd, bytes, offset);
    fsyncSync(fd);
  } catch (cause) {
    throw new HotnicError('journal-unwritable', `the journal ${path} cannot be written: ${message(cause)}`, {
      cause,
    });
  }
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
