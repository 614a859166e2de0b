import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { FileOptions } from '../channel.js';
import type { Launch } from '../command/launch.js';
import { runRaw } from '../command/run-to-end.js';
import { isHotnicError } from '../../errors/hotnic-error.js';
import { fileFailure, fileLimit, fileTimeout } from '../files.js';

const READ_LIMIT = 1024 * 1024;
const TIMEOUT_MS = 30_000;
const CLEANUP_TIMEOUT_MS = 5000;

/**
 * Files go through commands, not SFTP: one round trip instead of five or more (a 200 ms link feels that), no
 * sftp-server needed (busybox with dropbear has none), and sudo applies.
 */
export async function readRemoteFile(
  launch: Launch,
  label: string,
  path: string,
  options: FileOptions = {},
): Promise<Buffer> {
  const { limit = READ_LIMIT, timeoutMs = TIMEOUT_MS } = options;
  try {
    const result = await runRaw(launch, label, ['cat', '--', named(path)], {
      outputLimit: limit,
      timeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (result.status !== 0) {
      throw fileFailure('read', label, path, result.stderr.toString('utf8'));
    }
    return result.stdout;
  } catch (error) {
    if (isHotnicError(error, 'command-output-limit')) {
      throw fileLimit(label, path, limit);
    }
    throw isHotnicError(error, 'command-timeout') ? fileTimeout('read', label, path, timeoutMs) : error;
  }
}

/**
 * $1 the place, $2 a new name beside it, $3 its mode, $4 how many bytes must have arrived: a connection that breaks
 * looks like the end of the input. noclobber opens $2 only if it is new. busybox's sync may take no file.
 */
const WRITE = `
umask 077
set -C
if [ -d "$1" ]; then echo "$1 is a directory" >&2; exit 1; fi
trap 'rm -f -- "$2"' EXIT
trap 'exit 1' HUP INT TERM PIPE
cat >"$2" || exit 1
size=$(wc -c <"$2")
if [ "$size" -ne "$4" ]; then echo "$size of $4 bytes arrived" >&2; exit 1; fi
chmod "$3" "$2" || exit 1
sync "$2" 2>/dev/null || sync
mv -f -- "$2" "$1" || exit 1
trap - EXIT
sync "\${1%/*}/" 2>/dev/null || sync
`;

/** Writes beside the place, syncs, renames over it and syncs the folder; on failure nothing of it stays. */
export async function writeRemoteFile(
  launch: Launch,
  label: string,
  path: string,
  data: string | Buffer,
  options: FileOptions & { readonly mode?: number } = {},
): Promise<void> {
  const { timeoutMs = TIMEOUT_MS, mode = 0o644, signal } = options;
  const place = named(path);
  const name = `.${posix.basename(place)}.hotnic-${randomBytes(6).toString('hex')}`;
  const beside = `${posix.dirname(place)}/${name}`;
  const bytes = Buffer.from(data);
  const argv = ['sh', '-c', WRITE, 'sh', place, beside, mode.toString(8), String(bytes.length)];
  try {
    const result = await runRaw(launch, label, argv, {
      input: bytes,
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.status !== 0) {
      throw fileFailure('write', label, path, result.stderr.toString('utf8'));
    }
  } catch (error) {
    if (isHotnicError(error, 'file-failed') || isHotnicError(error, 'file-denied')) {
      throw error;
    }
    // The script was killed before its own clean-up could run.
    const remove = runRaw(launch, label, ['rm', '-f', '--', beside], { timeoutMs: CLEANUP_TIMEOUT_MS });
    await remove.catch(() => undefined);
    throw isHotnicError(error, 'command-timeout') ? fileTimeout('write', label, path, timeoutMs) : error;
  }
}

/** "-" would mean the standard input to cat. */
function named(path: string): string {
  return path.startsWith('/') ? path : `./${path}`;
}
