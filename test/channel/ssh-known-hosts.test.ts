import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { globMatch, parseKnownHosts } from 'node-libvirt/known-hosts';
import { HostKeyChecker } from '../../lib/channel/ssh/host-key.js';

function publicKey(type: string, fill: number): { line: string; key: Buffer } {
  const name = Buffer.from(type);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(name.length);
  const key = Buffer.concat([head, name, Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, fill)]);
  return { line: `${type} ${key.toString('base64')}`, key };
}

const A = publicKey('ssh-ed25519', 1);
const B = publicKey('ssh-ed25519', 2);
const RSA = publicKey('ssh-rsa', 3);

function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

function checker(text: string, at: { host?: string; port?: number; aliased?: boolean } = {}): HostKeyChecker {
  const { host = 'web1.example', port = 22, aliased = false } = at;
  const subject = { host, dial: host, port, aliased, user: 'root', files: ['kh'] };
  return new HostKeyChecker(subject, parseKnownHosts(text, 'kh'));
}

function verdict(
  text: string,
  at: { host?: string; port?: number; aliased?: boolean } = {},
  key = A.key,
): string {
  return checker(text, at).refusal(key)?.code ?? 'known';
}

describe('a host key', () => {
  for (const [name, text, at, expected] of [
    ['is known by a plain name', `web1.example ${A.line}`, {}, 'known'],
    ['is known whatever the case of the name', `WEB1.example ${A.line}`, { host: 'web1.EXAMPLE' }, 'known'],
    ['is known by one of several names', `other,web1.example,10.0.0.1 ${A.line} comment here`, {}, 'known'],
    ['is known by a wildcard', `*.example ${A.line}`, {}, 'known'],
    ['is known by a question mark', `web?.example ${A.line}`, {}, 'known'],
    ['is not known where a negation names it', `*.example,!web1.example ${A.line}`, {}, 'host-key-unknown'],
    ['is not known where a negation comes first', `!web1.*,*.example ${A.line}`, {}, 'host-key-unknown'],
    ['is known by a hashed name', `${hashed('web1.example')} ${A.line}`, {}, 'known'],
    ['is not known by another hashed name', `${hashed('web2.example')} ${A.line}`, {}, 'host-key-unknown'],
    ['is known by name and port', `[web1.example]:2222 ${A.line}`, { port: 2222 }, 'known'],
    [
      'is known by hashed name and port',
      `${hashed('[web1.example]:2222')} ${A.line}`,
      { port: 2222 },
      'known',
    ],
    ['of another port is not known', `[web1.example]:2223 ${A.line}`, { port: 2222 }, 'host-key-unknown'],
    ['of a port is not known on port 22', `[web1.example]:2222 ${A.line}`, {}, 'host-key-unknown'],
    ['of the bare name counts on another port', `web1.example ${A.line}`, { port: 2222 }, 'known'],
    [
      'that differs from the bare name is not "changed" there',
      `web1.example ${B.line}`,
      { port: 2222 },
      'host-key-unknown',
    ],
    ['with an alias ignores the port', `web1.example ${A.line}`, { port: 2222, aliased: true }, 'known'],
    ['that differs has changed', `web1.example ${B.line}`, {}, 'host-key-changed'],
    ['that is one of two is known', `web1.example ${B.line}\nweb1.example ${A.line}`, {}, 'known'],
    ['of another type than the known one is not known', `web1.example ${RSA.line}`, {}, 'host-key-unknown'],
    [
      'that is revoked is refused though known',
      `web1.example ${A.line}\n@revoked * ${A.line}`,
      {},
      'host-key-revoked',
    ],
    ['is fine when another one is revoked', `web1.example ${A.line}\n@revoked * ${B.line}`, {}, 'known'],
    ['is not known by an authority', `@cert-authority * ${A.line}`, {}, 'host-key-unknown'],
    ['is not known by an empty file', '\n# web1.example\n', {}, 'host-key-unknown'],
    [
      'is not known by a line with a wrong key',
      `web1.example ssh-rsa ${A.line.split(' ')[1] ?? ''}`,
      {},
      'host-key-unknown',
    ],
    ['is not known by a line with junk in the key', `web1.example ${A.line}!!`, {}, 'host-key-unknown'],
    ['is known when lines end in CR', `web1.example ${A.line}\r\n`, {}, 'known'],
    [
      'is never known when a @revoked line cannot be read',
      `web1.example ${A.line}\n@revoked * x`,
      {},
      'known-hosts-malformed',
    ],
    [
      'is not known by a line with an unknown marker',
      `@trusted web1.example ${A.line}`,
      {},
      'host-key-unknown',
    ],
  ] as const) {
    it(name, () => {
      assert.equal(verdict(text, at), expected);
    });
  }

  it('that changed names the file, the line and the way to forget it', () => {
    const error = checker(`# x\n[web1.example]:2222 ${B.line}`, { port: 2222 }).refusal(A.key);
    assert.match(error?.details.why ?? '', /^kh:2 has another ssh-ed25519 key/);
    assert.match(error?.details.next ?? '', /ssh-keygen -f kh -R '\[web1\.example\]:2222'/);
    assert.match(error?.details.seen ?? '', /^ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/);
  });

  it('that is unknown says what would accept it and which lines did not help', () => {
    const text = `web1.example ${RSA.line}\n@cert-authority * ${B.line}\nbroken`;
    const { why = '', next = '' } = checker(text, { port: 22 }).refusal(A.key)?.details ?? {};
    assert.match(why, /only other kinds of key are known: ssh-rsa \(kh:1\)/);
    assert.match(why, /kh:2 is not used: host certificates are not supported/);
    assert.match(why, /kh:3 was not understood/);
    assert.match(next, /ssh -o UserKnownHostsFile=kh root@web1\.example true$/);
  });

  it('is asked for in the types that are known first', () => {
    assert.deepEqual(checker(`web1.example ${RSA.line}`).algorithms().slice(0, 3), [
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
    ]);
    assert.equal(checker(`@revoked * ${RSA.line}`).algorithms()[0], 'ssh-ed25519');
    assert.ok(!checker('').algorithms().includes('ssh-rsa'));
  });

  it('is found in a file that ssh-keygen -H has hashed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotnic-hash-'));
    const file = join(folder, 'known_hosts');
    const key = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const line = readFileSync(`${key}.pub`, 'utf8');
    writeFileSync(file, `[web1.example]:2222 ${line}`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    assert.match(text, /^\|1\|/);
    const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
    assert.equal(verdict(text, { port: 2222 }, blob), 'known');
    assert.equal(verdict(text, { port: 2223 }, blob), 'host-key-unknown');
    rmSync(folder, { recursive: true });
  });
});

describe('parseKnownHosts', () => {
  it('never throws and never trusts what is not a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        parseKnownHosts(text, 'kh');
        assert.notEqual(verdict(text), 'known');
      }),
    );
  });
});

describe('globMatch', () => {
  it('means what the obvious regular expression means', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const regex = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        assert.equal(globMatch(glob, name), regex.test(name), `${glob} on ${name}`);
      }),
      { numRuns: 2000 },
    );
  });

  it('is quick on patterns made to be slow', () => {
    assert.equal(globMatch('*a'.repeat(100), `${'a'.repeat(5000)}b`), false);
  }).timeout(1000);
});
