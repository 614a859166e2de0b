import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileOptions } from '../channel.js';
import { fileError, fileLimit, fileTimeout } from '../files.js';
import { atMost } from '../command/deferred.js';
import { Stop } from '../command/stop.js';

const READ_LIMIT = 1024 * 1024;
const TIMEOUT_MS = 30_000;
const CLEANUP_MS = 2000;
const CHUNK = 64 * 1024;

/**
 * Reads a file of this machine whole. A file system that blocks (a vfio device's driver_override) keeps one of the
 * runtime's few I/O threads even after the deadline: such files are for a command, not for this.
 */
export async function readLocalFile(label: string, path: string, options: FileOptions = {}): Promise<Buffer> {
  const { limit = READ_LIMIT, timeoutMs = TIMEOUT_MS } = options;
  using stop = new Stop(options.signal);
  stop.after(timeoutMs, () => fileTimeout('read', label, path, timeoutMs));
  stop.signal.throwIfAborted();
  return await stop.race(guard('read', label, path, () => readBounded(label, path, limit, stop.signal)));
}

/** Writes beside the place, syncs, renames over it and syncs the folder; on failure nothing of it stays. */
export async function writeLocalFile(
  label: string,
  path: string,
  data: string | Buffer,
  options: FileOptions & { readonly mode?: number } = {},
): Promise<void> {
  const { timeoutMs = TIMEOUT_MS, mode = 0o644 } = options;
  using stop = new Stop(options.signal);
  stop.after(timeoutMs, () => fileTimeout('write', label, path, timeoutMs));
  stop.signal.throwIfAborted();
  const work = guard('write', label, path, () => replace(path, data, mode, stop.signal));
  try {
    await stop.race(work);
  } catch (error) {
    // What was begun is taken back before the caller goes on, unless the file system hangs.
    await atMost(CLEANUP_MS, work);
    throw error;
  }
}

async function guard<T>(
  verb: 'read' | 'write',
  label: string,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(verb, label, path, error);
  }
}

async function readBounded(label: string, path: string, limit: number, signal: AbortSignal): Promise<Buffer> {
  // Without O_NONBLOCK, opening a FIFO waits for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) {
        return Buffer.concat(chunks, size);
      }
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
      if (size > limit) {
        throw fileLimit(label, path, limit);
      }
    }
  } finally {
    await file.close();
  }
}

async function replace(
  path: string,
  data: string | Buffer,
  mode: number,
  signal: AbortSignal,
): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.hotnic-${crypto.randomUUID().slice(0, 13)}`);
  const file = await open(beside, 'wx', 0o600);
  try {
    await fill(file, data, mode);
    signal.throwIfAborted();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function fill(file: FileHandle, data: string | Buffer, mode: number): Promise<void> {
  try {
    await file.writeFile(data);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
