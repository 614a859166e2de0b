import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../lib/channel/index.js';
import { FAMILY, gone, readPids } from './asserting.js';

/** What every channel's streams of lines must do, as tests. `given` is called when a test runs. */
export function describeLines(given: () => { readonly channel: Channel; readonly folder: string }): void {
  let channel: Channel;
  let folder: string;
  beforeEach(() => {
    ({ channel, folder } = given());
  });

  it('gives lines while the command runs', async () => {
    const lines = await channel.lines(['sh', '-c', 'echo one; read x; echo two $x'], { input: 'in\n' });
    const seen: string[] = [];
    const began = performance.timeOrigin + performance.now();
    for await (const line of lines) {
      seen.push(line.text);
      assert.ok(Math.abs(line.at - began) < 5000);
    }
    assert.deepEqual(seen, ['one', 'two in']);
    assert.deepEqual((await lines.ended).status, 0);
  });

  it('goes on with the same lines after a loop was left', async () => {
    const lines = await channel.lines(['sh', '-c', 'echo 1; echo 2; echo 3; echo oops >&2; exit 5']);
    const seen: string[] = [];
    for await (const line of lines) {
      seen.push(line.text);
      break;
    }
    for await (const line of lines) {
      seen.push(line.text);
    }
    assert.deepEqual(seen, ['1', '2', '3']);
    const { status, stderr } = await lines.ended;
    assert.deepEqual([status, stderr], [5, 'oops\n']);
  });

  it('keeps escapes, cuts long lines and drops the oldest for a slow reader', async () => {
    const script = `printf '\\033[31mred\\n'; head -c 100000 /dev/zero | tr '\\0' x; echo; seq 1 1000`;
    const lines = await channel.lines(['sh', '-c', script], { lineLimit: 100, bufferLimit: 1002 });
    await lines.ended;
    const texts: string[] = [];
    for await (const line of lines) {
      texts.push(`${line.text}${line.truncated ? '…' : ''}`);
    }
    assert.equal(texts[0], '\x1b[31mred');
    assert.equal(texts[1], `${'x'.repeat(100)}…`);
    assert.equal(texts.at(-1), '1000');
    assert.equal(lines.dropped, 0);

    const few = await channel.lines(['seq', '1', '1000'], { bufferLimit: 10 });
    await few.ended;
    const last: string[] = [];
    for await (const line of few) {
      last.push(line.text);
    }
    assert.deepEqual([last[0], last.length, few.dropped], ['991', 10, 990]);
  });

  it('ends a stream and its processes on close, and twice is no harm', async () => {
    const file = join(folder, 'lines');
    const lines = await channel.lines(['sh', '-c', FAMILY, 'sh', file]);
    const pids = await readPids(file);
    await lines.close();
    await lines.close();
    await Promise.all(pids.map(gone));
    for await (const line of lines) {
      assert.fail(line.text);
    }
    assert.equal((await lines.ended).status, null);
  });

  it('ends a stream when its signal aborts', async () => {
    const file = join(folder, 'aborted-lines');
    const controller = new AbortController();
    const lines = await channel.lines(['sh', '-c', FAMILY, 'sh', file], { signal: controller.signal });
    const pids = await readPids(file);
    controller.abort(new Error('enough'));
    await assert.rejects(async () => {
      for await (const line of lines) {
        assert.fail(line.text);
      }
    }, /enough/);
    await Promise.all(pids.map(gone));
  });

  it('survives a stream without end that nobody reads', async () => {
    const lines = await channel.lines(['yes'], { bufferLimit: 100 });
    await sleep(300);
    await lines.close();
    assert.ok(lines.dropped > 100);
  });
}
