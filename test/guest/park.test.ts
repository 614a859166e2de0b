import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localChannel } from '../../lib/channel/local.js';
import { runInGuest } from '../../lib/guest/run-script.js';
import { PARK, UNPARK } from '../../lib/guest/scripts/park.js';
import { recordedProbe } from './fixture.js';

const TEXT = 'one\ntwo\nthree\nfour';
const SUM = createHash('sha256').update(TEXT).digest('hex');

describe('a file of the guest’s configuration that is put aside', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'park-'));
    file = join(folder, "it's a file");
    writeFileSync(file, TEXT);
    chmodSync(file, 0o640);
    utimesSync(file, 1000, 1000);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function run(script: string, ...cut: string[]) {
    await using channel = localChannel();
    const args = [file, SUM, join(folder, '.parked'), ...cut];
    return await runInGuest(channel, recordedProbe('probe-acpi'), script, args, { attempted: 'park it' });
  }
  const asBefore = () => {
    assert.equal(readFileSync(file, 'utf8'), TEXT);
    const { mode, mtimeMs } = statSync(file);
    assert.equal(mode & 0o777, 0o640);
    assert.equal(mtimeMs, 1_000_000);
    assert.deepEqual(readdirSync(folder), ["it's a file"]);
  };

  it('whole: is gone from its place, twice is the same as once, and comes back as it was', async () => {
    await run(PARK);
    assert.deepEqual(readdirSync(folder), ['.parked']);
    assert.equal((await run(PARK)).said.get('already'), 'yes');
    await run(UNPARK);
    asBefore();
    assert.equal((await run(UNPARK)).said.get('already'), 'yes');
  });

  it('in part: loses the lines, keeps its mode, and comes back as it was', async () => {
    await run(PARK, '-e', '2,3d');
    assert.equal(readFileSync(file, 'utf8'), 'one\nfour');
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.equal((await run(PARK, '-e', '2,3d')).said.get('already'), 'yes');
    await run(UNPARK, '-e', '2,3d');
    asBefore();
  });

  it('is left alone when it is not as it was read', async () => {
    writeFileSync(file, 'other');
    for (const cut of [[], ['-e', '1d']])
      await assert.rejects(run(PARK, ...cut), (error: Error & { details: { seen: string } }) =>
        /not as it was read/.test(error.details.seen),
      );
    assert.equal(readFileSync(file, 'utf8'), 'other');
  });

  it('is not written over when somebody has made it again', async () => {
    for (const cut of [[], ['-e', '1d']]) {
      writeFileSync(file, TEXT);
      await run(PARK, ...cut);
      writeFileSync(file, 'new');
      await assert.rejects(run(UNPARK, ...cut), /could not/);
      assert.equal(readFileSync(file, 'utf8'), 'new');
      rmSync(join(folder, '.parked'));
    }
  });

  it('is not cut where it is a link', async () => {
    writeFileSync(join(folder, 'real'), TEXT);
    rmSync(file);
    symlinkSync('real', file);
    await assert.rejects(run(PARK, '-e', '1d'), /could not/);
    assert.equal(readFileSync(join(folder, 'real'), 'utf8'), TEXT);
  });
});
