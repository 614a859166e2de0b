import { closeSync, fsyncSync, ftruncateSync, fstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { HotnicError } from '../errors/hotnic-error.js';

/** A file to which whole lines are added, each on disk before `add` returns. */
export interface LineFile extends Disposable {
  /** @throws HotnicError `journal-full` (the line was still written, from the reserve), `journal-unwritable` */
  add(line: string): void;
}

// Enough for the ends of some twenty steps and their undo.
const RESERVE_BYTES = 64 * 1024;

/** Opens a new file (`ax`) or one to add to (`a`). A new one sets space aside, so that a run can end on a full disk. */
export function openLineFile(path: string, flags: 'ax' | 'a'): LineFile {
  const fd = openSync(path, flags, 0o600);
  let size = fstatSync(fd).size;
  let reserve: number | null;
  try {
    reserve = flags === 'ax' ? setAside(`${path}.reserve`) : null;
  } catch (error) {
    closeSync(fd);
    unlinkSync(path);
    throw error;
  }
  const release = () => {
    if (reserve !== null) closeSync(reserve);
    reserve = null;
  };
  const write = (line: string) => {
    const bytes = Buffer.from(`${line}\n`);
    for (let offset = 0; offset < bytes.length;) offset += writeSync(fd, bytes, offset);
    fsyncSync(fd);
    size += bytes.length;
  };
  let closed = false;
  return {
    add(line) {
      try {
        write(line);
      } catch (cause) {
        cutBack(fd, size);
        if (reserve === null || !isFull(cause)) throw unwritable(path, cause);
        release();
        try {
          write(line);
        } catch (again) {
          cutBack(fd, size);
          throw unwritable(path, again);
        }
        throw full(path, cause);
      }
    },
    [Symbol.dispose]() {
      release();
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
}

/** A file without a name: the kernel frees its space when it is closed, or when the process dies. */
function setAside(path: string): number {
  const fd = openSync(path, 'wx', 0o600);
  unlinkSync(path);
  try {
    writeSync(fd, Buffer.alloc(RESERVE_BYTES));
    // Only what is on disk is sure to be there.
    fsyncSync(fd);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** What was written of a line before it failed is taken away again. */
function cutBack(fd: number, size: number): void {
  try {
    ftruncateSync(fd, size);
  } catch {
    // The reader tells a line that is cut short.
  }
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function full(path: string, cause: unknown): HotnicError {
  return new HotnicError('journal-full', 'there is no space left for the journal', {
    seen: cause instanceof Error ? cause.message : String(cause),
    why: 'every step is recorded before it changes anything',
    next: `make space on the file system of ${path}, or name another folder with --state-dir`,
    cause,
  });
}

function unwritable(path: string, cause: unknown): HotnicError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new HotnicError('journal-unwritable', `the journal ${path} cannot be written: ${words}`, {
    why: 'every step is recorded before it changes anything',
    next: `make ${path} writable, or name another folder with --state-dir`,
    cause,
  });
}
