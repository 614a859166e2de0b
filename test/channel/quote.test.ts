import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { quoteArgv } from '../../lib/channel/index.js';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';

const SHELLS = [
  ['/bin/sh', []],
  ['/bin/bash', ['--posix']],
  ['busybox', ['sh']],
] as const;

describe('quoteArgv', () => {
  it('leaves plain words readable', () => {
    assert.equal(quoteArgv(['ip', '-j', 'link', 'show', 'dev=eth0']), 'ip -j link show dev=eth0');
  });

  it('quotes what a shell would read', () => {
    assert.equal(quoteArgv(['echo', '', `it's`, '$HOME', '~']), `echo '' 'it'\\''s' '$HOME' '~'`);
  });

  it('quotes a first word that would be an assignment or a reserved word', () => {
    assert.equal(quoteArgv(['A=1', 'A=1']), `'A=1' A=1`);
    assert.equal(quoteArgv(['if', 'if']), `'if' if`);
  });

  it('refuses NUL and an empty command', () => {
    for (const argv of [['a\0b'], ['echo', '\0'], [], ['']]) {
      assert.throws(
        () => quoteArgv(argv),
        (error) => isHotnicError(error, 'argument-invalid'),
      );
    }
  });

  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...Array.from(`'"\\$\`!*?[]{}()<>|&;~#=%^- \t\r\n\x1bé界😀a`)),
      maxLength: 20,
    }),
  );
  const words = fc.array(
    word.map((text) => text.replaceAll('\0', '')),
    { minLength: 1, maxLength: 6 },
  );

  for (const [shell, args] of SHELLS) {
    it(`gives ${shell} back every word as it was`, () => {
      fc.assert(
        fc.property(words, (list) => {
          // In one go: a shell per word list would make the test slow.
          const line = quoteArgv(['printf', '%s\\0', ...list]);
          const out = execFileSync(shell, [...args, '-c', line]).toString('utf8');
          assert.deepEqual(out.split('\0').slice(0, -1), list);
        }),
        { numRuns: 150 },
      );
    }).timeout(30_000);
  }
});
