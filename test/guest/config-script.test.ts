import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CONFIG_PART } from '../../lib/guest/probe-config-script.js';

const NAMES = [
  'password',
  'psk',
  'wpa-psk',
  'wireless-key',
  'private-key',
  'client_secret',
  'WEP_KEY1',
  'key',
];

/** What the guest would print of one file. */
function printed(name: string, text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, text);
    const script = CONFIG_PART.replace(
      /for f in [^;]*;/,
      'for f in "$1x"; do :; done; set -- "$1"; for f in;',
    ).replace('set --\n', '');
    const { stdout } = spawnSync('sh', ['-s', '--', path], {
      input: `section() { :; }\n${script}`,
      encoding: 'utf8',
    });
    return stdout.split('\n').flatMap((line) => /^=\d+:(.*)$/.exec(line)?.[1] ?? []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('what the probe prints of the guest’s configuration', () => {
  it('is the text, with numbers', () => {
    assert.deepEqual(printed('x', 'auto eth0\n\niface eth0 inet dhcp'), [
      'auto eth0',
      '',
      'iface eth0 inet dhcp',
    ]);
  });

  for (const name of NAMES)
    it(`is never a secret: ${name}`, () => {
      for (const line of [
        `${name} s3cr3t`,
        `${name}=s3cr3t`,
        `  ${name}: "s3cr3t, {x} s3cr3t"`,
        `${name} = 's3cr3t'`,
      ])
        assert.doesNotMatch(printed('interfaces', line).join(), /s3cr3t/, line);
      for (const line of [
        `a: {${name}: s3cr3t, b: {"${name}": "x\\"s3cr3t", '${name}': 's3cr3t'}}`,
        `${name}: s3cr3t, {`,
      ])
        assert.doesNotMatch(printed('1.yaml', line).join(), /s3cr3t/, line);
    });

  it('in YAML’s braces still reads without the secret', () => {
    const [line = ''] = printed('1.yaml', 'a: {w: {password: "q\\"w, e}"}, mac: "52:54:00:00:00:01"}');
    assert.deepEqual(parse(line), { a: { w: { password: 'x' }, mac: '52:54:00:00:00:01' } });
  });

  it('is the rules with an address alone, of udev', () => {
    const lines = printed('70.rules', 'ATTR{address}=="a"\nOTHER\n');
    assert.ok(lines.includes('ATTR{address}=="a"'));
  });
});
