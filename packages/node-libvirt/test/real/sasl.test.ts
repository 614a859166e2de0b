import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import {
  AuthenticationError,
  connect,
  type ConnectOptions,
  type CredentialRequest,
} from '../../src/index.js';
import { freePort } from '../support/free-port.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';
import { saslUsers } from '../support/sasl-users.js';

const PASSWORD = 'ge=heim, Ⅸ süß';

describe('libvirt’s own daemon, SASL with a real user database', function () {
  this.timeout(20_000);
  let daemon: RealDaemon;
  let port: number;
  before(async () => {
    port = await freePort();
    daemon = await startRealDaemon({
      listen: true,
      config: async (folder) => {
        await saslUsers(folder, 'scram-sha-256 scram-sha-1 plain digest-md5', { 'fr,ed': PASSWORD });
        const tcp = ['listen_tls = 0', 'listen_tcp = 1', `tcp_port = "${port}"`, 'listen_addr = "127.0.0.1"'];
        return ['auth_unix_rw = "sasl"', 'auth_tcp = "sasl"', ...tcp];
      },
      env: (folder) => ({ SASL_CONF_PATH: join(folder, 'sasl2') }),
      answers: ({ socket }) => answers(socket),
    });
  });
  after(() => daemon.stop());

  const asked: CredentialRequest[] = [];
  const credentials: ConnectOptions['credentials'] = (request) => {
    asked.push(request);
    return { username: 'fr,ed', password: PASSWORD };
  };
  const uri = (more = ''): string => `${daemon.uri('test', 'default')}${more}`;

  it('lets in who knows the password, by the best mechanism that both speak', async () => {
    asked.length = 0;
    await using connection = await connect(uri(), { credentials });
    assert.equal(await connection.getType(), 'TEST');
    const { service, mechanism, host } = asked[0] ?? {};
    assert.deepEqual(
      { service, mechanism, host },
      { service: 'libvirt', mechanism: 'SCRAM-SHA-256', host: 'localhost' },
    );
  });

  for (const mechanism of ['scram-sha-1', 'scram-sha-256', 'plain']) {
    it(`lets in by ${mechanism} where the URI says so`, async () => {
      asked.length = 0;
      await using connection = await connect(uri(`&auth=sasl.${mechanism}`), { credentials });
      assert.equal(await connection.getType(), 'TEST');
      assert.equal(asked[0]?.mechanism, mechanism.toUpperCase());
    });
    it(`refuses a wrong password by ${mechanism}`, async () => {
      const wrong = () => ({ username: 'fr,ed', password: 'falsch' });
      await assert.rejects(connect(uri(`&auth=sasl.${mechanism}`), { credentials: wrong }), (error) => {
        assert.ok(error instanceof AuthenticationError);
        assert.equal(error.reason, 'wrong-password');
        assert.equal(error.mechanism, mechanism.toUpperCase());
        assert.equal((error.cause as Error).name, 'LibvirtError');
        assert.ok(!error.message.includes('falsch'), 'the password stays out of messages');
        return true;
      });
    });
  }

  it('finds name and password in auth.conf, by host, without asking', async () => {
    const home = join(daemon.folder, 'home');
    await mkdir(join(home, '.config/libvirt'), { recursive: true });
    const lines = [
      '[credentials-lab]',
      'authname=fr,ed',
      `password=${PASSWORD}`,
      '[auth-libvirt-localhost]',
      'credentials=lab',
    ];
    await writeFile(join(home, '.config/libvirt/auth.conf'), lines.join('\n'));
    await using connection = await connect(uri(), { env: { HOME: home } });
    assert.equal(await connection.getType(), 'TEST');
    const named = join(daemon.folder, 'named.conf');
    await writeFile(named, lines.join('\n').replace('auth-libvirt-localhost', 'auth-libvirt-default'));
    await using other = await connect(uri(`&authfile=${named}`), { env: {} });
    assert.equal(await other.getType(), 'TEST');
  });

  it('says where credentials may be written when there are none', async () => {
    await assert.rejects(connect(uri(), { env: {} }), {
      name: 'AuthenticationError',
      reason: 'no-credentials',
      message: /\[auth-libvirt-localhost\]/,
    });
  });

  it('names the mechanisms of a daemon when none of them is spoken', async () => {
    await assert.rejects(connect(uri('&auth=sasl.digest-md5'), { credentials }), {
      reason: 'unsupported',
      message: /offers SASL by .*DIGEST-MD5/,
    });
  });

  it('does not show a password on a plain TCP connection', async () => {
    // libvirtd offers only what encrypts there, which this client does not speak.
    asked.length = 0;
    const plain = `test+tcp://127.0.0.1:${port}/default`;
    await assert.rejects(connect(plain, { credentials }), {
      name: 'AuthenticationError',
      reason: 'unsupported',
    });
    assert.deepEqual(asked, []);
  });
});

function answers(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = dial(socket, () => {
      probe.destroy();
      resolve();
    });
    probe.once('error', reject);
  });
}
