import assert from 'node:assert/strict';
import fc from 'fast-check';
import { printable } from '../../lib/guest/printable.js';

describe('printable', () => {
  it('leaves ordinary text of any language alone', () => {
    assert.equal(printable('enp1s0 – Grüße 網路 🙂'), 'enp1s0 – Grüße 網路 🙂');
  });

  it('takes whole escape sequences out, arguments and all', () => {
    assert.equal(printable('a\u001b[31;1mred\u001b[0m b'), 'ared b');
    assert.equal(printable('a\u001b]0;owned\u0007b\u001b]8;;http://x\u001b\\c'), 'abc');
    assert.equal(printable('a\u009b2Jb\u001bPq#1\u001b\\c\u001bcd'), 'abcd');
  });

  it('takes control, bidi and invisible characters out and makes line breaks spaces', () => {
    assert.equal(printable('a\u0000b\u0007c\u007fd\u0085e'), 'abcde');
    assert.equal(printable('user\u202egpj.exe\u2066x\u200b\ufeff'), 'usergpj.exex');
    assert.equal(printable('one\r\ntwo\tthree\u2028four'), 'one two three four');
  });

  it('cuts long text to the characters asked for, not through the middle of one', () => {
    assert.equal(printable('🙂🙂🙂🙂', 3), '🙂🙂…');
    assert.equal(printable('x'.repeat(1_000_000)).length, 500);
  });

  it('never lets a character through that a terminal would act on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u);
      }),
    );
  });
});
