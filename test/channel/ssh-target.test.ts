import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJumps, parseSshTarget } from '../../lib/channel/index.js';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';

describe('parseSshTarget', () => {
  for (const [text, expected] of [
    ['web1', { host: 'web1' }],
    ['root@web1', { host: 'web1', user: 'root' }],
    ['root@10.0.0.5:2222', { host: '10.0.0.5', user: 'root', port: 2222 }],
    ['ssh://root@web1:22/', { host: 'web1', user: 'root', port: 22 }],
    ['[::1]:22', { host: '::1', port: 22 }],
    ['::1', { host: '::1' }],
    ['root@fe80::1%eth0', { host: 'fe80::1%eth0', user: 'root' }],
    ['me@corp@web1', { host: 'web1', user: 'me@corp' }],
  ] as const) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseSshTarget(text), expected);
    });
  }

  for (const [text, why] of [
    ['', /host is missing/],
    ['root@', /host is missing/],
    ['-oProxyCommand=id', /must not begin with "-"/],
    ['root@-x', /must not begin with "-"/],
    ['-x@web1', /user name/],
    ['a b@web1', /user name/],
    ['we\x1bb', /letters, digits/],
    ['web1\n', /letters, digits/],
    ['web1:0', /port/],
    ['web1:65536', /port/],
    ['web1:', /port/],
    ['web1:22:23', /more than one colon/],
    ['[::1', /colon/],
    ['$(id)', /letters, digits/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseSshTarget(text),
        (error) => {
          assert.ok(isHotnicError(error, 'ssh-target'));
          assert.equal(error.exitCode, 2);
          assert.match(error.message, why);
          return true;
        },
      );
    });
  }

  it('gives a clean host or an error, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          assert.match(parseSshTarget(text).host, /^[^-\p{Cc}\s][^\p{Cc}\s]*$/u);
        } catch (error) {
          assert.ok(isHotnicError(error, 'ssh-target'));
        }
      }),
    );
  });
});

describe('parseJumps', () => {
  it('reads a list, first hop first', () => {
    assert.deepEqual(parseJumps('a@b:1, [::2]:3'), [
      { host: 'b', user: 'a', port: 1 },
      { host: '::2', port: 3 },
    ]);
  });

  it('reads no jump', () => {
    assert.deepEqual([parseJumps(''), parseJumps('none')], [[], []]);
  });
});
