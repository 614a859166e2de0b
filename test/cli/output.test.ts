import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { Output } from '../../lib/cli/output.js';

describe('what goes to stderr', () => {
  it('has no control character of a guest, a host or a file in any line', () => {
    const stderr = new PassThrough();
    const output = new Output({ stdout: new PassThrough(), stderr }, { json: false, quiet: false });
    const hostile = 'web1\u001b[2J\u0007: \u202egone\nnext';
    output.info(hostile);
    output.warn(hostile);
    output.progress().waiting(hostile, Date.now(), Infinity);
    const [first, second, third, fourth, waiting] = String(stderr.read()).split('\n');
    assert.deepEqual([first, second, third, fourth], ['web1: gone', 'next', 'web1: gone', 'next']);
    assert.match(waiting ?? '', /^waiting for web1: gone next \(0\.0 s\)$/);
  });
});
