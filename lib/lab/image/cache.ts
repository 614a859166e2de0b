import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';

/** Begins the name of everything in a shelf that is not finished; what a killed builder left is known by it. */
const UNFINISHED = '.building-';

/**
 * Does `work` in a new folder of the shelf `shelf`, beside the things that are kept there, and removes it afterwards.
 * The folder is on the same file system as they are, so that what was made there can be renamed into place.
 */
export async function inWorkFolder<T>(shelf: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = `${shelf}/${UNFINISHED}${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Gives the folder `shelf`/`name`, after `make` has built it elsewhere on the same file system and said where, if it is
 * not there yet. It is renamed into place, so a half-built one is never seen; two builders at once both succeed and one
 * result is kept. What nobody has asked for in 14 days is removed from the shelf.
 */
export async function keptFolder(shelf: string, name: string, make: () => Promise<string>): Promise<string> {
  const place = `${shelf}/${name}`;
  if (!(await isFolder(place))) await keep(await make(), place);
  const now = new Date();
  await utimes(place, now, now);
  await prune(shelf, now.getTime());
  return place;
}

async function keep(built: string, place: string): Promise<void> {
  await rename(built, place).catch(async (error: unknown) => {
    if (!(await isFolder(place))) throw error;
  });
}

const UNUSED_AFTER_MS = 14 * 86_400_000;
const ABANDONED_AFTER_MS = 3_600_000;

// What is made from inputs that are no longer current, and what a killed builder left.
async function prune(shelf: string, now: number): Promise<void> {
  for (const name of await readdir(shelf)) {
    const age = now - (await stat(`${shelf}/${name}`).catch(() => ({ mtimeMs: now }))).mtimeMs;
    const limit = name.startsWith(UNFINISHED) ? ABANDONED_AFTER_MS : UNUSED_AFTER_MS;
    if (age > limit) await rm(`${shelf}/${name}`, { recursive: true, force: true });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
