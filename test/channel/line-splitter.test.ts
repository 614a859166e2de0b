import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Line } from '../../lib/channel/index.js';
import { LineSplitter } from '../../lib/channel/line-splitter.js';

function split(chunks: readonly Buffer[], limit = 1024): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter(limit, (line) => lines.push(line));
  chunks.forEach((chunk) => {
    splitter.push(chunk);
  });
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut into chunks', () => {
    const texts = fc.array(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        assert.deepEqual(
          split(chunks, 1_000_000).map((line) => line.text),
          lines,
        );
      }),
    );
  });

  it('gives a last line that has no newline', () => {
    assert.deepEqual(
      split([Buffer.from('a\nb')]).map((line) => line.text),
      ['a', 'b'],
    );
  });

  it('gives no line for an empty stream', () => {
    assert.deepEqual(split([]), []);
  });

  it('keeps carriage returns and terminal escapes', () => {
    assert.equal(split([Buffer.from('\x1b[31mred\x1b[0m\r\n')])[0]?.text, '\x1b[31mred\x1b[0m\r');
  });

  it('cuts a long line, marks it, and goes on with the next', () => {
    const lines = split([Buffer.from('x'.repeat(50)), Buffer.from('y'.repeat(50) + '\nnext\n')], 10);
    assert.deepEqual(
      lines.map(({ text, truncated }) => ({ text, truncated })),
      [
        { text: 'x'.repeat(10), truncated: true },
        { text: 'next', truncated: false },
      ],
    );
  });

  it('takes a line of exactly the limit whole', () => {
    assert.deepEqual(
      split([Buffer.from('1234567890\n')], 10).map((line) => [line.text, line.truncated]),
      [['1234567890', false]],
    );
  });

  it('never cuts inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(30), (text, limit) => {
        const clean = text.replaceAll('\n', '');
        const [line] = split([Buffer.from(`${clean}\n`)], limit);
        assert.ok(clean.startsWith(line?.text ?? '?'), JSON.stringify(line));
      }),
    );
  });

  it('replaces bytes that are no UTF-8', () => {
    assert.equal(split([Buffer.from([0x61, 0xff, 0x62, 0x0a])])[0]?.text, 'a\ufffdb');
  });

  it('stamps a line with the time its end arrived', () => {
    const lines: Line[] = [];
    let now = 1;
    const splitter = new LineSplitter(
      100,
      (line) => lines.push(line),
      () => now,
    );
    splitter.push(Buffer.from('a'));
    now = 2;
    splitter.push(Buffer.from('b\nc'));
    now = 3;
    splitter.end();
    assert.deepEqual(
      lines.map((line) => line.at),
      [2, 3],
    );
  });
});
