import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeKey, type Sshd, startSshd } from '../../../../test/channel/sshd.js';
import { connect, type Connection, type ConnectOptions, SshError } from '../../src/index.js';
import { freePort } from '../support/free-port.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';

describe('libvirt’s own daemon through SSH', function () {
  this.timeout(30_000);
  let daemon: RealDaemon;
  let sshd: Sshd;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nlv-ssh-'));
    daemon = await startRealDaemon();
    sshd = await startSshd();
  });
  after(async () => {
    await sshd[Symbol.asyncDispose]();
    await daemon.stop();
    await rm(folder, { recursive: true });
  });

  const open = (
    more: Readonly<Record<string, string>> = {},
    options: ConnectOptions = {},
    port = sshd.port,
  ): Promise<Connection> => {
    const params = new URLSearchParams({ socket: daemon.socket, ...more });
    const query = params.toString().replaceAll('+', '%20');
    const env = { HOME: sshd.folder };
    return connect(`test+ssh://127.0.0.1:${port}/default?${query}`, { env, timeoutMs: 8000, ...options });
  };

  it('is reached with the user’s key and known_hosts, without a helper over there', async () => {
    await using connection = await open();
    assert.equal(await connection.getType(), 'TEST');
    assert.equal(connection.uri, 'test:///default');
    const calls = await Promise.all(Array.from({ length: 500 }, () => connection.getHostname()));
    assert.equal(new Set(calls).size, 1);
  });

  it('is reached with the key and the known_hosts that the URI names', async () => {
    const files = { keyfile: sshd.key, known_hosts: join(sshd.folder, '.ssh/known_hosts') };
    await using connection = await open(files, { env: { HOME: '/nonexistent' } });
    assert.equal(await connection.getType(), 'TEST');
  });

  it('is reached with a key that only the agent holds', async () => {
    const socket = join(folder, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      await once(agent.stdout, 'data');
      await promisify(execFile)('ssh-add', ['-q', sshd.key], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
      });
      const env = { HOME: '/nonexistent', SSH_AUTH_SOCK: socket };
      const files = { known_hosts: join(sshd.folder, '.ssh/known_hosts'), sshauth: 'agent' };
      await using connection = await open(files, { env });
      assert.equal(await connection.getType(), 'TEST');
      await assert.rejects(open({ ...files, sshauth: 'privkey' }, { env }), { reason: 'authentication' });
    } finally {
      agent.kill();
    }
  });

  it('is reached with a key whose passphrase the callback knows', async () => {
    const key = join(folder, 'locked');
    const shown = await makeKey(key, 'ed25519', 'sesam');
    const accounts = join(sshd.folder, 'authorized_keys');
    await writeFile(accounts, `${await readFile(accounts, 'utf8')}${shown}\n`);
    const asked: unknown[] = [];
    const credentials: ConnectOptions['credentials'] = ({ mechanism, keyFile }) => {
      asked.push({ mechanism, keyFile });
      return { password: 'sesam' };
    };
    await using connection = await open({ keyfile: key }, { credentials });
    assert.equal(await connection.getType(), 'TEST');
    assert.deepEqual(asked, [{ mechanism: 'passphrase', keyFile: key }]);
    await assert.rejects(open({ keyfile: key }), { reason: 'authentication', message: /locked.*passphrase/ });
  });

  it('is not reached when its host key is unknown; "auto" writes it down, "ignore" does not look', async () => {
    const file = join(folder, 'empty');
    const unknown = { name: 'SshError', reason: 'host-key-unknown', host: `[127.0.0.1]:${sshd.port}` };
    await assert.rejects(open({ known_hosts: file }), unknown);
    await assert.rejects(open({ known_hosts: file }), { message: /ssh-ed25519 SHA256:/ });
    await using ignoring = await open({ known_hosts: file, known_hosts_verify: 'ignore' });
    assert.equal(await ignoring.getType(), 'TEST');
    await assert.rejects(open({ known_hosts: file }), unknown);
    await using accepting = await open({ known_hosts: file, known_hosts_verify: 'auto' });
    assert.equal(await accepting.getType(), 'TEST');
    await using strict = await open({ known_hosts: file });
    assert.equal(await strict.getType(), 'TEST');
  });

  it('is not reached when its host key has changed, not even with "auto"', async () => {
    const file = join(folder, 'changed');
    const other = await makeKey(join(folder, 'other'), 'ed25519');
    await writeFile(file, `[127.0.0.1]:${sshd.port} ${other}\n`);
    const changed = { name: 'SshError', reason: 'host-key-changed', message: /changed:1/ };
    await assert.rejects(open({ known_hosts: file }), changed);
    await assert.rejects(open({ known_hosts: file, known_hosts_verify: 'auto' }), changed);
  });

  it('is not reached with a key that is not accepted; the error names what was tried', async () => {
    const key = join(folder, 'stranger');
    await makeKey(key, 'ed25519');
    await assert.rejects(open({ keyfile: key }), (error) => {
      assert.ok(error instanceof SshError);
      assert.equal(error.reason, 'authentication');
      assert.match(error.message, /stranger/);
      return true;
    });
    await assert.rejects(open({ keyfile: join(folder, 'none') }), { message: /none, which cannot be read/ });
  });

  it('is told from a daemon that does not listen there, and from a server that forwards nothing', async () => {
    await assert.rejects(open({ socket: '/nowhere/sock' }), {
      reason: 'socket-missing',
      message: /\/nowhere\/sock/,
    });
    await using closed = await startSshd({ config: ['AllowStreamLocalForwarding no'] });
    const env = { HOME: closed.folder };
    await assert.rejects(open({}, { env }, closed.port), {
      reason: 'socket-missing',
      message: /AllowStreamLocalForwarding/,
    });
  });

  it('is told from a host that is not there, and given up at the deadline', async () => {
    const gone = await freePort();
    await assert.rejects(open({}, {}, gone), { name: 'UnreachableError', reason: 'refused' });
    const { createServer } = await import('node:net');
    const mute = createServer(() => undefined).listen(gone, '127.0.0.1');
    await once(mute, 'listening');
    await assert.rejects(open({}, { timeoutMs: 200 }, gone), {
      name: 'CallTimeoutError',
      procedure: 'connect',
    });
    mute.close();
  });

  it('refuses words that the parameters do not have', async () => {
    await assert.rejects(open({ sshauth: 'magic' }), { name: 'InvalidUriError', message: /sshauth=magic/ });
    await assert.rejects(open({ known_hosts_verify: 'maybe' }), { name: 'InvalidUriError' });
    await assert.rejects(connect('qemu+ssh:///system'), { name: 'InvalidUriError', message: /HOST/ });
  });

  it('loses its calls with one kind of error when the server dies', async () => {
    await using doomed = await startSshd();
    const connection = await open({}, { env: { HOME: doomed.folder } }, doomed.port);
    const domain = await connection.domainLookupByName('test');
    const waiting = Promise.allSettled(Array.from({ length: 200 }, () => domain.getXMLDesc()));
    await doomed.kill();
    for (const result of await waiting) {
      if (result.status === 'rejected') assert.equal((result.reason as Error).name, 'ConnectionLostError');
    }
    assert.ok((await connection.closed) instanceof Error);
  });
});
