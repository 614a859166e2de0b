import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Connection } from '../../src/index.js';
import { type Authority, makeAuthority } from '../support/certificates.js';
import { freePort } from '../support/free-port.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';

interface Server {
  readonly daemon: RealDaemon;
  readonly port: number;
}

describe('libvirt’s own daemon over TLS', function () {
  this.timeout(30_000);
  let folder: string;
  let authority: Authority;
  let server: Server;
  let client: { cert: string; key: string };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nlv-tls-'));
    authority = await makeAuthority(join(folder, 'good'));
    client = await authority.issue('client');
    server = await serve(authority);
  });
  after(async () => {
    await server.daemon.stop();
    await rm(folder, { recursive: true });
  });

  const open = (
    pki: string,
    { host = '127.0.0.1', port = server.port, more = '' } = {},
  ): Promise<Connection> =>
    connect(`test+tls://${host}:${port}/default?pkipath=${pki}${more}`, { timeoutMs: 5000 });

  it('is reached with the certificates of pkipath, by name and by address', async () => {
    const pki = await authority.pki('pki', client);
    for (const host of ['127.0.0.1', 'localhost']) {
      await using connection = await open(pki, { host });
      assert.equal(await connection.getType(), 'TEST');
      assert.equal(connection.uri, 'test:///default');
      assert.equal((await connection.call('connectIsSecure', {})).secure, 1);
    }
  });

  it('refuses a client without a certificate, and says that it wants one', async () => {
    const pki = await authority.pki('bare');
    await assert.rejects(open(pki), {
      name: 'TlsError',
      reason: 'client-refused',
      message: /wants a client certificate.*no clientcert\.pem/,
    });
  });

  it('refuses a client of another authority', async () => {
    const other = await makeAuthority(join(folder, 'stranger'));
    const pki = await authority.pki('strange', await other.issue('client'));
    await assert.rejects(open(pki), { name: 'TlsError', reason: 'client-refused' });
  });

  it('is not believed when its certificate is of another authority, unless no_verify says so', async () => {
    const other = await makeAuthority(join(folder, 'other'));
    const pki = await other.pki('pki', client);
    await assert.rejects(open(pki), { name: 'TlsError', reason: 'untrusted', host: '127.0.0.1' });
    await using connection = await open(pki, { more: '&no_verify=1' });
    assert.equal(await connection.getType(), 'TEST');
  });

  it('is not believed when its certificate is for another name', async () => {
    const pki = await authority.pki('pki', client);
    const named = await serve(authority, { altNames: 'DNS:elsewhere.example' });
    try {
      await assert.rejects(open(pki, { port: named.port }), { name: 'TlsError', reason: 'host-mismatch' });
    } finally {
      await named.daemon.stop();
    }
  });

  it('is not believed when its certificate has expired', async () => {
    const pki = await authority.pki('pki', client);
    const old = await serve(authority, { days: -1 });
    try {
      await assert.rejects(open(pki, { port: old.port }), { name: 'TlsError', reason: 'expired' });
    } finally {
      await old.daemon.stop();
    }
  });

  it('is not asked at all with certificates that cannot be used', async () => {
    await assert.rejects(open('/nowhere'), { reason: 'files', message: /\/nowhere\/cacert\.pem/ });
    const expired = await authority.pki('expired', await authority.issue('old', { days: -1 }));
    await assert.rejects(open(expired), {
      reason: 'own-certificate',
      message: /clientcert\.pem has expired/,
    });
    const half = await authority.pki('half', client);
    await rm(join(half, 'clientkey.pem'));
    await assert.rejects(open(half), { reason: 'own-certificate', message: /clientkey\.pem is not/ });
  });

  it('is told from a host that is not there, and from one that speaks something else', async () => {
    const pki = await authority.pki('pki', client);
    const gone = await freePort();
    await assert.rejects(open(pki, { port: gone }), {
      name: 'UnreachableError',
      reason: 'refused',
      port: gone,
    });
    await assert.rejects(open(pki, { host: 'no-such-host.invalid' }), { reason: 'unknown-host' });
    const odd = createServer((socket) => socket.end('SSH-2.0-x\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => odd.once('listening', resolve));
    const address = odd.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await assert.rejects(open(pki, { port }), { name: 'TlsError', reason: 'handshake' });
    odd.close();
  });
});

async function serve(
  authority: Authority,
  certificate: { days?: number; altNames?: string } = {},
): Promise<Server> {
  const port = await freePort();
  const daemon = await startRealDaemon({
    listen: true,
    config: async (folder) => {
      const { cert, key } = await authority.issue('server', certificate);
      await Promise.all([
        cp(authority.certificate, join(folder, 'ca.pem')),
        cp(cert, join(folder, 'server.pem')),
        cp(key, join(folder, 'server.key')),
      ]);
      return [
        'listen_tls = 1',
        'listen_tcp = 0',
        'listen_addr = "127.0.0.1"',
        `tls_port = "${port}"`,
        `ca_file = "${folder}/ca.pem"`,
        `cert_file = "${folder}/server.pem"`,
        `key_file = "${folder}/server.key"`,
        'auth_tls = "none"',
        'tls_no_sanity_certificate = 1',
      ];
    },
  });
  return { daemon, port };
}
