import { readFile, stat } from 'node:fs/promises';
import { parseKnownHosts, type KnownHosts } from './parse.js';

/** More than a hundred thousand hosts; beyond it something else was named. */
const SIZE_LIMIT = 16 * 1024 * 1024;

/** Reads several known_hosts files in their order. A missing file is an empty one; an unreadable one is a problem. */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const read = await Promise.all(files.map((file) => readOne(file)));
  return {
    entries: read.flatMap((one) => one.entries),
    problems: read.flatMap((one) => one.problems),
  };
}

async function readOne(file: string): Promise<KnownHosts> {
  try {
    const { size } = await stat(file);
    if (size > SIZE_LIMIT) {
      return problem(file, `it is longer than ${SIZE_LIMIT} bytes`);
    }
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? { entries: [], problems: [] } : problem(file, String(error));
  }
}

/** A file that cannot be read may revoke keys, but so may one that nobody has told us of: it only proves nothing. */
function problem(file: string, why: string): KnownHosts {
  return { entries: [], problems: [{ file, line: 0, why, revokes: false }] };
}
