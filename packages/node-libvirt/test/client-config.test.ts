import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { InvalidUriError } from '../src/index.js';
import { configFile, parseClientConfig, resolveUri } from '../src/transport/client-config.js';

const TEXT = `# a comment
uri_aliases = [
  "hail=qemu+ssh://root@hail.example/system?keyfile=/k",  # the first one counts
  "hail=test:///default",
  'sleet=qemu+tls://sleet.example/system'
]
uri_default = "qemu:///session"
log_level = 1
`;

describe('libvirt.conf', () => {
  it('names aliases and a default', () => {
    const { aliases, uriDefault } = parseClientConfig(TEXT, 'f');
    assert.equal(aliases.get('hail'), 'qemu+ssh://root@hail.example/system?keyfile=/k');
    assert.equal(aliases.get('sleet'), 'qemu+tls://sleet.example/system');
    assert.equal(uriDefault, 'qemu:///session');
  });

  it('is refused with the line that is wrong', () => {
    const wrong: [string, RegExp][] = [
      ['\nuri_default = ', /f:2/],
      ['uri_aliases = [ "a=b"', /not closed/],
      ['uri_aliases = [ "no alias" ]', /"name=URI"/],
      ['a = "b"\n= 3', /f:2/],
      ['a = §', /not understood/],
    ];
    for (const [text, message] of wrong) {
      assert.throws(() => parseClientConfig(text, 'f'), { name: 'InvalidUriError', message });
    }
  });

  it('never fails in another way, whatever the text', () => {
    const parts = fc.array(
      fc.constantFrom('a', '=', '[', ']', ',', '"', "'", '"""', '#', '\n', '1', '-', ' '),
    );
    fc.assert(
      fc.property(
        parts.map((all) => all.join('')),
        (text) => {
          try {
            parseClientConfig(text, 'f');
          } catch (error) {
            assert.ok(error instanceof InvalidUriError, String(error));
          }
        },
      ),
    );
  });
});

describe('the URI that is meant', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'nlv-'));
    await mkdir(join(home, '.config/libvirt'), { recursive: true });
    await writeFile(join(home, '.config/libvirt/libvirt.conf'), TEXT);
  });
  afterEach(() => rm(home, { recursive: true }));

  it('is an alias’s, for a user from their own file', async () => {
    assert.equal(await resolveUri('sleet', { HOME: home }, false), 'qemu+tls://sleet.example/system');
    assert.equal(await resolveUri('qemu:///system', { HOME: home }, false), 'qemu:///system');
    assert.equal(configFile('libvirt.conf', { HOME: home }, true), '/etc/libvirt/libvirt.conf');
    await assert.rejects(resolveUri('slush', { HOME: home }, false), {
      reason: 'unknown-alias',
      message: /libvirt\.conf, which has hail, sleet/,
    });
  });

  it('is LIBVIRT_DEFAULT_URI when nothing is named, then uri_default, then the usual one', async () => {
    const env = { HOME: home, LIBVIRT_DEFAULT_URI: 'test:///default' };
    assert.equal(await resolveUri(undefined, env, false), 'test:///default');
    assert.equal(
      await resolveUri(undefined, { ...env, LIBVIRT_DEFAULT_URI: 'sleet' }, false),
      'qemu+tls://sleet.example/system',
    );
    assert.equal(await resolveUri(undefined, { HOME: home }, false), 'qemu:///session');
    assert.equal(await resolveUri(undefined, { HOME: '/nonexistent' }, false), 'qemu:///session');
  });
});
