import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { listRuns, openJournal, readRun, summarize } from '../../lib/journal/index.js';

describe('the journal', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hotnic-journal-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  function record() {
    using journal = openJournal(dir, '1.2.3');
    journal.record({
      type: 'run-begin',
      operation: 'attach',
      subject: 'web1',
      title: 'attach a NIC to web1',
      steps: ['one'],
    });
    journal.record({ type: 'step-begin', step: 'one', input: { password: 'hunter2', xml: '<interface/>' } });
    journal.record({ type: 'step-end', step: 'one', ok: true });
    journal.record({ type: 'run-end', outcome: 'done' });
    return journal;
  }

  it('gives back the run that was written', async () => {
    const { runId } = record();
    assert.deepEqual(await listRuns(dir), [runId]);
    const run = await readRun(dir, runId);
    assert.deepEqual(run.damage, []);
    assert.deepEqual(
      run.entries.map((entry) => entry.type),
      ['run-begin', 'step-begin', 'step-end', 'run-end'],
    );
    const { operation, subject, outcome } = summarize(run);
    assert.deepEqual(
      { operation, subject, outcome },
      { operation: 'attach', subject: 'web1', outcome: 'done' },
    );
  });

  it('never holds a secret', async () => {
    const { path } = record();
    const text = await readFile(path, 'utf8');
    assert.equal(text.includes('hunter2'), false);
    assert.equal(text.includes('<interface/>'), true);
  });

  it('keeps what is readable of a file that was cut short', async () => {
    const { path, runId } = record();
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, -20));
    const run = await readRun(dir, runId);
    assert.deepEqual(run.damage, ['line 4: cut short']);
    assert.equal(run.entries.length, 3);
    assert.equal(summarize(run).outcome, 'open');
  });

  it('names lines that are edited, out of place or of a newer format', async () => {
    const { path, runId } = record();
    const [first = ''] = (await readFile(path, 'utf8')).split('\n');
    await appendFile(path, `nonsense\n${first}\n${first.replace('hotnic.journal/1', 'hotnic.journal/9')}\n`);
    const { damage, entries } = await readRun(dir, runId);
    assert.equal(entries.length, 4);
    assert.match(damage[0] ?? '', /^line 5: not JSON/);
    assert.match(damage[1] ?? '', /^line 6: out of its place/);
    assert.match(damage[2] ?? '', /^line 7: written in the format "hotnic.journal\/9"/);
  });

  it('refuses to write an entry that does not fit its schema', () => {
    using journal = openJournal(dir, '1.2.3');
    assert.throws(() => {
      journal.record({ type: 'step-begin', step: '' });
    });
  });

  it('says which run is not there, and does not leave its folder', async () => {
    for (const id of ['20260101T000000Z-abcdef', '../../etc/passwd'])
      await assert.rejects(
        readRun(dir, id),
        (error) => isHotnicError(error, 'run-not-found') && error.exitCode === 2,
      );
  });

  it('says what to do when its folder cannot be written', async () => {
    await writeFile(join(dir, 'journal'), '');
    assert.throws(
      () => openJournal(dir, '1.2.3'),
      (error) => isHotnicError(error, 'journal-unwritable'),
    );
  });
});
