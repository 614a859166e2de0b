import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { appendFile, chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { sshChannel, type SshChannel, type SshEndpoint } from '../../lib/channel/index.js';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import { rejectsWith } from './asserting.js';
import { freePort, makeKey, startSshd, type Sshd } from './sshd.js';

const open = (sshd: Sshd, more: Partial<SshEndpoint> = {}, agentSocket?: string): Promise<SshChannel> =>
  sshChannel(
    { ...sshd.endpoint, ...more },
    { environment: { ...sshd.environment, ...(agentSocket === undefined ? {} : { agentSocket }) } },
  );

async function failure(promise: Promise<SshChannel>): Promise<HotnicError> {
  try {
    await (await promise).close();
  } catch (error) {
    assert.ok(error instanceof HotnicError, String(error));
    return error;
  }
  return assert.fail('it connected');
}

async function works(promise: Promise<SshChannel>): Promise<void> {
  await using channel = await promise;
  assert.equal((await channel.run(['echo', 'in'])).stdout, 'in\n');
}

describe('connecting by SSH', function () {
  this.timeout(20_000);
  let sshd: Sshd;
  beforeEach(async () => {
    sshd = await startSshd({ hostKeyTypes: ['ecdsa', 'rsa', 'ed25519'] });
  });
  afterEach(async () => {
    await sshd[Symbol.asyncDispose]();
  });
  const known = (text: string): Promise<void> => writeFile(join(sshd.folder, '.ssh/known_hosts'), text);

  it('refuses an unknown host key and says which and how to accept it', async () => {
    await known('');
    const error = await failure(open(sshd));
    assert.equal(error.code, 'host-key-unknown');
    const shown = execFileSync('ssh-keygen', ['-lf', join(sshd.folder, 'host_ed25519.pub')]).toString();
    assert.equal(error.details.seen, `ssh-ed25519 ${shown.split(' ')[1] ?? ''}`);
    assert.match(
      error.details.next ?? '',
      new RegExp(`-p ${sshd.port} ${userInfo().username}@127\\.0\\.0\\.1 true$`),
    );
    assert.equal(await readFile(join(sshd.folder, '.ssh/known_hosts'), 'utf8'), '');
  });

  it('refuses a changed host key', async () => {
    const other = await makeKey(join(sshd.folder, 'other'), 'ed25519');
    await known(`[127.0.0.1]:${sshd.port} ${other}\n`);
    assert.equal((await failure(open(sshd))).code, 'host-key-changed');
  });

  it('refuses a revoked host key', async () => {
    await appendFile(
      join(sshd.folder, '.ssh/known_hosts'),
      sshd.hostKeys.map((key) => `@revoked * ${key}\n`).join(''),
    );
    assert.equal((await failure(open(sshd))).code, 'host-key-revoked');
  });

  for (const index of [0, 1, 2]) {
    it(`asks for the one type of key that is known (${['ecdsa', 'rsa', 'ed25519'][index] ?? ''})`, async () => {
      await known(`[127.0.0.1]:${sshd.port} ${sshd.hostKeys[index] ?? ''}\n`);
      await works(open(sshd));
    });
  }

  it('accepts hashed and wildcard entries', async () => {
    execFileSync('ssh-keygen', ['-H', '-f', join(sshd.folder, '.ssh/known_hosts')], { stdio: 'ignore' });
    await works(open(sshd));
    await known(`[127.0.0.*]:* ${sshd.hostKeys[2] ?? ''}\n`);
    await works(open(sshd));
  });

  it('accepts a key that a file named by hand knows', async () => {
    await known('');
    const file = join(sshd.folder, 'mine');
    await writeFile(file, `[127.0.0.1]:${sshd.port} ${sshd.hostKeys[2] ?? ''}\n`);
    await works(open(sshd, { knownHosts: [file] }));
  });

  it('says which keys were offered when none was accepted', async () => {
    await writeFile(join(sshd.folder, 'authorized_keys'), '');
    const error = await failure(open(sshd));
    assert.equal(error.code, 'ssh-auth-failed');
    assert.match(error.details.attempted ?? '', /offered ssh-ed25519 SHA256:\S+ \(.*id_ed25519\)$/);
    assert.match(error.details.why ?? '', /the server allows publickey/);
  });

  it('says that there was no key at all', async () => {
    const error = await failure(open(sshd, { identity: [join(sshd.folder, 'missing')] }));
    assert.equal(error.code, 'ssh-auth-failed');
    assert.match(error.details.attempted ?? '', /no key to offer/);
    assert.match(error.details.why ?? '', /missing cannot be read/);
  });

  it('leaves out a key that others may read', async () => {
    await chmod(sshd.key, 0o644);
    const error = await failure(open(sshd));
    assert.equal(error.code, 'ssh-auth-failed');
    assert.match(error.details.why ?? '', /others may read it \(chmod 600/);
  });

  for (const type of ['ed25519', 'ecdsa', 'rsa']) {
    it(`takes a key with a passphrase from the agent only (${type})`, async () => {
      const key = join(sshd.folder, `locked_${type}`);
      await appendFile(join(sshd.folder, 'authorized_keys'), `${await makeKey(key, type, 'secret words')}\n`);
      const refused = await failure(open(sshd, { identity: [key] }));
      assert.equal(refused.code, 'ssh-auth-failed');
      assert.equal(refused.details.next, `ssh-add ${key}`);

      const socket = join(sshd.folder, 'agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      try {
        const ask = join(sshd.folder, 'ask');
        await writeFile(ask, '#!/bin/sh\necho "secret words"\n', { mode: 0o700 });
        await addKey(key, socket, ask);
        await works(open(sshd, { identity: [key] }, socket));
        await works(open(sshd, { identity: [join(sshd.folder, 'missing')] }, socket));
      } finally {
        agent.kill();
      }
    });
  }

  it('goes on without an agent that does not answer', async () => {
    await works(open(sshd, {}, join(sshd.folder, 'no-agent')));
  });

  it('says that nothing listens', async () => {
    const error = await failure(open(sshd, { port: await freePort() }));
    assert.equal(error.code, 'ssh-refused');
    assert.match(error.details.seen ?? '', /ECONNREFUSED/);
  });

  it('says that a name is not known', async () => {
    assert.equal((await failure(open(sshd, { host: 'hotnic-test.invalid' }))).code, 'ssh-unreachable');
  });

  it('gives up on a server that says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const options = { environment: sshd.environment, connectTimeoutMs: 300 };
    const error = await failure(sshChannel({ ...sshd.endpoint, port }, options));
    assert.equal(error.code, 'ssh-unreachable');
    assert.match(error.details.why ?? '', /still shaking hands with/);
    const signal = AbortSignal.timeout(200);
    await assert.rejects(sshChannel({ ...sshd.endpoint, port }, { ...options, signal }), /TimeoutError/);
    silent.close();
  });

  it('gives up on a server that does not speak SSH', async () => {
    const chatty = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => chatty.listen(0, '127.0.0.1', resolve));
    const address = chatty.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    assert.equal((await failure(open(sshd, { port }))).code, 'ssh-protocol');
    chatty.close();
  });

  it('uses a name of ssh_config', async () => {
    const config = join(sshd.folder, 'config');
    await copyFile(sshd.key, join(sshd.folder, 'renamed'));
    await chmod(join(sshd.folder, 'renamed'), 0o600);
    await known(`alias-of-web ${sshd.hostKeys[2] ?? ''}\n`);
    await writeFile(
      config,
      `Host web\n HostName 127.0.0.1\n Port ${sshd.port}\n IdentityFile ~/renamed\n HostKeyAlias alias-of-web\n`,
    );
    const { environment } = sshd;
    await works(sshChannel({ host: 'web', configFile: config }, { environment }));
  });

  it('goes through a jump host, and checks the keys of both', async () => {
    await using gate = await startSshd();
    const user = userInfo().username;
    await appendFile(join(gate.folder, 'authorized_keys'), await readFile(`${sshd.key}.pub`));
    const jump = `${user}@127.0.0.1:${gate.port}`;
    const stranger = await failure(open(sshd, { jump }));
    assert.equal(stranger.code, 'host-key-unknown');
    assert.match(stranger.message, new RegExp(`:${gate.port}`));

    await appendFile(
      join(sshd.folder, '.ssh/known_hosts'),
      `[127.0.0.1]:${gate.port} ${gate.hostKeys[0] ?? ''}\n`,
    );
    await works(open(sshd, { jump }));
    const refused = await failure(open(sshd, { jump, port: await freePort() }));
    assert.equal(refused.code, 'ssh-refused');
    assert.match(refused.message, /from the jump host/);

    const channel = await open(sshd, { jump });
    await gate.kill();
    await rejectsWith(channel.run(['true']), 'ssh-closed');
    await channel.close();
  });
});

/** ssh-add asks a program for the passphrase when it has no terminal. */
async function addKey(key: string, socket: string, ask: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      execFileSync('setsid', ['-w', 'ssh-add', '-q', key], {
        env: { PATH: '/usr/bin:/bin', SSH_AUTH_SOCK: socket, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' },
        stdio: 'ignore',
      });
      return;
    } catch (error) {
      if (tries === 20) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
