import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHILD = fileURLToPath(new URL('full-disk-child.ts', import.meta.url));

interface Told {
  readonly outcome: string;
  readonly exitCode: number;
  readonly summary: string;
  readonly where: { readonly live: boolean; readonly config: boolean };
  readonly damage: readonly string[];
  readonly last: string;
  readonly open: readonly string[];
}

describe('a disk that is full in the middle of a run', function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    assert.equal(process.getuid?.(), 0, 'this test mounts a small file system: it needs root');
    folder = await mkdtemp(join(tmpdir(), 'hotnic-full-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function run(...words: string[]): Promise<Told> {
    const { stdout } = await promisify(execFile)('unshare', [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      'mount -t tmpfs -o size=160k tmpfs "$1" && exec "$2" --conditions=source --import tsx/esm "$3" "$1" "$4" "$5" "$6"',
      'sh',
      folder,
      process.execPath,
      CHILD,
      ...words,
    ]);
    return JSON.parse(stdout) as Told;
  }

  it('stops before the change; nothing is changed, and that is on record', async () => {
    const told = await run('attach', 'step-begin', 'attach-device');
    assert.deepEqual([told.outcome, told.exitCode], ['failed', 1]);
    assert.match(told.summary, /no space left/);
    assert.deepEqual(told.where, { live: false, config: false });
    assert.deepEqual([told.damage, told.last, told.open], [[], 'run-end', []]);
  });

  it('takes back what was changed before the disk was full', async () => {
    const told = await run('attach', 'step-end', 'attach-device');
    assert.deepEqual([told.outcome, told.exitCode], ['failed', 1]);
    assert.deepEqual(told.where, { live: false, config: false });
    assert.deepEqual([told.damage, told.last, told.open], [[], 'run-end', []]);
  });

  it('carries through what must not be left half done', async () => {
    const told = await run('detach', 'step-end', 'release');
    assert.deepEqual([told.outcome, told.exitCode], ['done', 0]);
    assert.deepEqual(told.where, { live: false, config: false });
    assert.deepEqual([told.damage, told.last, told.open], [[], 'run-end', []]);
  });
});
