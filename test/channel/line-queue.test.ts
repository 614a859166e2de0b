import assert from 'node:assert/strict';
import { LineQueue } from '../../lib/channel/line-queue.js';

const line = (text: string) => ({ text, at: 0, truncated: false });

async function drain(queue: LineQueue): Promise<string[]> {
  const texts: string[] = [];
  for (let next = await queue.next(); next !== undefined; next = await queue.next()) {
    texts.push(next.text);
  }
  return texts;
}

describe('LineQueue', () => {
  it('gives lines in order, before and after somebody waits for them', async () => {
    const queue = new LineQueue(10);
    queue.push(line('a'));
    const all = drain(queue);
    await new Promise(setImmediate);
    queue.push(line('b'));
    queue.finish();
    assert.deepEqual(await all, ['a', 'b']);
  });

  it('drops the oldest beyond its limit and counts them', async () => {
    const queue = new LineQueue(3);
    for (let i = 0; i < 5000; i++) {
      queue.push(line(String(i)));
    }
    queue.finish();
    assert.deepEqual(await drain(queue), ['4997', '4998', '4999']);
    assert.equal(queue.dropped, 4997);
  });

  it('is bounded by text too, and keeps at least one line', async () => {
    const queue = new LineQueue(100, 10);
    ['aaaaaaaa', 'bbbbbbbb', 'c'.repeat(20)].forEach((text) => {
      queue.push(line(text));
    });
    queue.finish();
    assert.deepEqual(await drain(queue), ['c'.repeat(20)]);
    assert.equal(queue.dropped, 2);
  });

  it('throws only after the lines that are there have been read', async () => {
    const queue = new LineQueue(10);
    queue.push(line('a'));
    queue.fail(new Error('lost'));
    queue.push(line('too late'));
    assert.equal((await queue.next())?.text, 'a');
    await assert.rejects(queue.next(), /lost/);
    await assert.rejects(queue.next(), /lost/);
  });
});
