import assert from 'node:assert/strict';
import { AuthenticationError } from '../src/index.js';
import { lookUp, parseAuthFile } from '../src/auth/auth-file.js';
import { scram } from '../src/auth/scram.js';

const text = async (answer: Promise<Buffer | null>): Promise<string> => (await answer)?.toString() ?? 'null';

describe('SCRAM', () => {
  const credentials = { username: 'user', password: 'pencil' };

  it('says what the example of RFC 5802 says', async () => {
    const run = scram('sha1', credentials, 'fyko+d2lbbFgONRv9qkxdawL');
    assert.equal(run.first().toString(), 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL');
    const first = 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096';
    assert.equal(
      await text(run.next(Buffer.from(first))),
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    );
    assert.equal(run.done, false);
    await run.next(Buffer.from('v=rmF9pqV8S7suAoZWja4dJRkFsKQ='));
    assert.equal(run.done, true);
  });

  it('says what the example of RFC 7677 says', async () => {
    const run = scram('sha256', credentials, 'rOprNGfwEbeRWgbNEkqO');
    const first = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
    const answer = await text(run.next(Buffer.from(first)));
    assert.match(answer, /,p=dHzbZapWIk4jUhN\+Ute9ytag9zjfMHgsqmmiz7AndVQ=$/);
    await run.next(Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='));
    assert.equal(run.done, true);
  });

  it('believes no server that does not continue the nonce, asks for few rounds, or does not know the password', async () => {
    const start = () => scram('sha256', credentials, 'abc');
    const refused = { name: 'AuthenticationError', reason: 'server-unproved', mechanism: 'SCRAM-SHA-256' };
    for (const first of [
      'r=abc,s=QQ==,i=4096',
      'r=xyz,s=QQ==,i=4096',
      'r=abcd,s=QQ==,i=1',
      'r=abcd,s=QQ==,i=99999999',
      '',
    ]) {
      await assert.rejects(start().next(Buffer.from(first)), refused, first);
    }
    for (const last of ['v=QQ==', 'e=other-error', '']) {
      const run = start();
      await run.next(Buffer.from('r=abcd,s=QQ==,i=4096'));
      await assert.rejects(run.next(Buffer.from(last)), refused, last);
    }
  });

  it('writes a name with commas and equals signs so that it stays one', () => {
    assert.equal(
      scram('sha1', { username: 'a,b=c', password: '' }, 'n').first().toString(),
      'n,,n=a=2Cb=3Dc,r=n',
    );
  });
});

describe('auth.conf', () => {
  const FILE = `# comment
[credentials-lab]
authname = fred
username = root
password = p=q
[auth-libvirt-host1]
credentials = lab
[auth-ssh-default]
credentials = lab
[auth-libvirt-host2]
credentials = missing`;
  const request = { service: 'libvirt', mechanism: 'SCRAM-SHA-256', host: 'host1', username: null } as const;

  it('gives the credentials of a host, or of the default', () => {
    const file = parseAuthFile(FILE, 'f');
    assert.deepEqual(lookUp(file, request), { username: 'fred', password: 'p=q' });
    assert.deepEqual(lookUp(file, { ...request, service: 'ssh' }), { username: 'root', password: 'p=q' });
    assert.equal(lookUp(file, { ...request, host: 'host3' }), null);
    assert.throws(() => lookUp(file, { ...request, host: 'host2' }), { message: /"missing"/ });
  });

  it('is refused with its line when it is malformed', () => {
    assert.throws(
      () => parseAuthFile('[a]\nnonsense', 'f'),
      (error) => {
        assert.ok(error instanceof AuthenticationError);
        assert.match(error.message, /^f:2 /);
        return true;
      },
    );
  });
});
