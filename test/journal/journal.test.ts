import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import {
  listRuns,
  openJournal,
  ownerLives,
  processIdentity,
  readRun,
  settledOf,
  settleRun,
  summarize,
} from '../../lib/journal/index.js';

describe('the journal', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hotnic-journal-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  function record({ end = true } = {}) {
    using journal = openJournal(dir, '1.2.3');
    journal.record({
      type: 'run-begin',
      operation: 'attach',
      subject: 'web1',
      title: 'attach a NIC to web1',
      steps: [{ name: 'one', describe: 'the one', changes: true }],
    });
    journal.record({ type: 'step-begin', step: 'one', input: { password: 'hunter2', xml: '<interface/>' } });
    journal.record({ type: 'step-end', step: 'one', ok: true });
    if (end) journal.record({ type: 'run-end', outcome: 'done' });
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

  /** Writes a run's lines anew, as a crash or an editor might. */
  async function rewrite(path: string, change: (lines: string[]) => string[]) {
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    await writeFile(path, change(lines).join('\n'));
  }

  it('keeps what is readable of a run that was cut short, and can go on with the file', async () => {
    const { path, runId } = record({ end: false });
    await rewrite(path, (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').slice(0, -20)]);
    const run = await readRun(dir, runId);
    assert.deepEqual(run.damage, ['line 3: cut short']);
    assert.equal(run.unterminated, true);
    assert.equal(run.entries.length, 2);
    assert.equal(summarize(run).outcome, 'open');
    await settleRun(dir, runId, { how: 'over', by: null, text: 'looked at' });
    const settled = await readRun(dir, runId);
    assert.deepEqual(settled.damage, ['line 3: cut short']);
    assert.equal(settledOf(settled)?.text, 'looked at');
    assert.equal(settled.file, 'closed');
  });

  it('takes a last line that lacks nothing but its end for whole', async () => {
    const { path, runId } = record({ end: false });
    await rewrite(path, (lines) => lines);
    const run = await readRun(dir, runId);
    assert.deepEqual([run.damage, run.entries.length], [[], 3]);
    await settleRun(dir, runId, { how: 'over', by: null, text: 'looked at' });
    assert.deepEqual((await readRun(dir, runId)).damage, []);
  });

  it('names a line that was edited, and reads the others', async () => {
    const { path, runId } = record();
    await rewrite(path, (lines) => [
      ...lines.map((line) => line.replace('<interface/>', '<interfaces/>')),
      '',
    ]);
    const { damage, entries } = await readRun(dir, runId);
    assert.deepEqual(damage, ['line 2: out of its place, or not as it was written']);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['run-begin', 'step-end', 'run-end'],
    );
  });

  it('notices lines that were taken out, at the end too, and lines that were put in', async () => {
    const one = record();
    await rewrite(one.path, (lines) => [...lines.filter((_, index) => index !== 1), '']);
    assert.equal((await readRun(dir, one.runId)).damage.length, 1);
    const two = record();
    await rewrite(two.path, (lines) => [...lines.slice(0, -1), '']);
    assert.match((await readRun(dir, two.runId)).damage[0] ?? '', /its last lines are missing/);
    const three = record();
    await appendFile(three.path, `nonsense\n`);
    assert.match((await readRun(dir, three.runId)).damage[0] ?? '', /^line 5: not JSON/);
  });

  it('says that a run is of a newer hotnic, and leaves its file alone', async () => {
    const { path, runId } = record();
    await rewrite(path, (lines) => [...lines.map((line) => line.replace('journal/2', 'journal/9')), '']);
    const before = await readFile(path, 'utf8');
    const run = await readRun(dir, runId);
    assert.deepEqual([run.newer, run.damage, run.entries], ['hotnic.journal/9', [], []]);
    assert.deepEqual([summarize(run).outcome, summarize(run).damaged], ['unknown', false]);
    await settleRun(dir, runId, { how: 'over', by: null, text: 'no' });
    assert.equal(await readFile(path, 'utf8'), before);
  });

  it('still reads the format before this one', async () => {
    const id = '20260101T000000Z-abcdef';
    const base = { schema: 'hotnic.journal/1', run: id, at: '2026-01-01T00:00:00.000Z' };
    const begin = {
      operation: 'attach',
      subject: 'web1',
      title: 'attach',
      steps: ['one'],
      pid: 1,
      version: '0',
    };
    await mkdir(join(dir, 'journal'));
    await writeFile(
      join(dir, 'journal', `${id}.jsonl`),
      `${JSON.stringify({ ...base, seq: 0, type: 'run-begin', ...begin })}\n${JSON.stringify({ ...base, seq: 1, type: 'run-end', outcome: 'done' })}\n`,
    );
    const run = await readRun(dir, id);
    assert.deepEqual([run.damage, summarize(run).outcome], [[], 'done']);
  });

  it('has both clocks once a guest was asked', async () => {
    using journal = openJournal(dir, '1.2.3', () => new Date('2026-01-01T00:00:00.000Z'));
    journal.record({ type: 'note', text: 'before' });
    journal.guestClock(1500);
    journal.record({ type: 'note', text: 'after' });
    const { entries } = await readRun(dir, journal.runId);
    assert.deepEqual(
      entries.map(({ guestAt }) => guestAt),
      [undefined, '2026-01-01T00:00:01.500Z'],
    );
  });

  it('tells open, pending and closed runs apart by their names alone, and runs sort by their start', async () => {
    const closed = record();
    const open = record({ end: false });
    using pending = openJournal(dir, '1.2.3');
    pending.record({ type: 'run-end', outcome: 'pending', asked: true });
    assert.deepEqual(await listRuns(dir, ['open']), [open.runId]);
    assert.deepEqual(await listRuns(dir, ['pending']), [pending.runId]);
    assert.deepEqual(await listRuns(dir, ['closed']), [closed.runId]);
    assert.deepEqual(await listRuns(dir), [closed.runId, open.runId, pending.runId]);
    assert.equal(summarize(await readRun(dir, open.runId)).running, true);
  });

  it('knows a process by more than its number', () => {
    const mine = processIdentity('self');
    assert.equal(ownerLives({ pid: process.pid, process: mine ?? '' }), true);
    assert.equal(ownerLives({ pid: process.pid, process: `${mine ?? ''}0` }), false);
    assert.equal(ownerLives({ pid: process.pid }), false);
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
