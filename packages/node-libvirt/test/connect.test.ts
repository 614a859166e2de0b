import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AuthenticationError, connect, ErrorCode, SocketError } from '../src/index.js';
import { SimulatedDaemon } from '../src/simulator/index.js';

describe('connecting', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nlv-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const uri = (name: string): string => `qemu:///system?socket=${join(folder, name)}`;

  it('opens the URI without transport and parameters, through a unix socket', async () => {
    await using daemon = new SimulatedDaemon();
    await daemon.listen(join(folder, 'sock'));
    const connection = await connect(uri('sock'));
    assert.equal(connection.uri, 'qemu:///system');
    assert.deepEqual(
      daemon.calls.map(({ procedure }) => procedure),
      ['authList', 'connectSupportsFeature', 'connectOpen'],
    );
    assert.deepEqual(daemon.calls[2]?.args, { name: 'qemu:///system', flags: 0 });
    await connection.close();
    assert.equal(await connection.closed, null);
    await connection.close();
  });

  it('says that a socket is missing, and which ones were tried', async () => {
    const missing = { name: 'SocketError', reason: 'missing', path: join(folder, 'no') };
    await assert.rejects(connect(uri('no')), missing);
    const env = { XDG_RUNTIME_DIR: folder };
    await assert.rejects(connect('qemu:///session', { env }), {
      reason: 'missing',
      message: /libvirt-sock does not exist.*virtqemud-sock/,
    });
  });

  it('says that a file is no socket, that nobody listens, and that a path is too long', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(connect(uri('file')), { name: 'SocketError', reason: 'not-a-socket' });
    const stale = await staleSocket(join(folder, 'stale'));
    await assert.rejects(connect(uri(stale)), { name: 'SocketError', reason: 'refused' });
    await assert.rejects(connect(uri('x'.repeat(120))), { name: 'SocketError', reason: 'path-too-long' });
  });

  it('says that permission is missing', async () => {
    await using daemon = new SimulatedDaemon();
    await daemon.listen(join(folder, 'sock'));
    await chmod(join(folder, 'sock'), 0o000);
    await chmod(folder, 0o755);
    assert.equal(await reasonAsNobody(uri('sock')), 'permission');
  });

  it('refuses a transport that it cannot dial, unless it is given the stream', async () => {
    await assert.rejects(connect('qemu+ext://host/system'), { reason: 'unsupported-transport' });
    await using daemon = new SimulatedDaemon();
    const connection = await connect('qemu+ext://host/system', { stream: daemon.connect() });
    assert.equal(await connection.getHostname(), 'simulator');
  });

  it('passes polkit where the daemon asks for it, and says so where polkit refuses', async () => {
    await using open = new SimulatedDaemon({ auth: [2] });
    await using connection = await connect('qemu:///system', { stream: open.connect() });
    assert.equal(await connection.getType(), 'QEMU');
    await using shut = new SimulatedDaemon({ auth: [2], polkit: false });
    await assert.rejects(connect('qemu:///system', { stream: shut.connect() }), (error) => {
      assert.ok(error instanceof AuthenticationError);
      assert.equal(error.mechanism, 'polkit');
      assert.match(error.message, /org\.libvirt\.unix\.manage/);
      return true;
    });
  });

  it('names the mechanism that it does not speak', async () => {
    await using daemon = new SimulatedDaemon({ auth: [7, 9] });
    await assert.rejects(connect('qemu:///system', { stream: daemon.connect() }), {
      name: 'AuthenticationError',
      mechanism: 'mechanism 7, mechanism 9',
      reason: 'unsupported',
    });
    await setImmediate();
    assert.equal(daemon.connections, 0, 'the connection is not left open');
  });

  it('gives up at its deadline, on its signal, and when the daemon hangs up', async () => {
    const [silent] = duplexPair();
    await assert.rejects(connect('qemu:///system', { stream: silent, timeoutMs: 20 }), {
      name: 'CallTimeoutError',
      procedure: 'connect',
    });
    assert.ok(silent.destroyed);
    const [patient] = duplexPair();
    const signal = AbortSignal.timeout(20);
    await assert.rejects(connect('qemu:///system', { stream: patient, signal }), { name: 'TimeoutError' });
    await using daemon = new SimulatedDaemon();
    daemon.fault({ procedure: 'connectOpen', action: { kind: 'drop' } });
    await assert.rejects(connect('qemu:///system', { stream: daemon.connect() }), {
      name: 'ConnectionLostError',
    });
  });

  it('passes on why the daemon does not open the URI', async () => {
    await using daemon = new SimulatedDaemon();
    const action = { kind: 'error', code: ErrorCode.NO_CONNECT, message: 'no' } as const;
    daemon.fault({ procedure: 'connectOpen', action });
    await assert.rejects(connect('xen:///system', { stream: daemon.connect() }), {
      name: 'LibvirtError',
      code: ErrorCode.NO_CONNECT,
      procedure: 'connectOpen',
    });
  });
});

/** A socket file whose listener is gone: a process that was killed leaves one behind. */
async function staleSocket(path: string): Promise<string> {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await promisify(execFile)(process.execPath, ['-e', script]).catch(() => undefined);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Tries as nobody when this is root, who may open everything. */
async function reasonAsNobody(uri: string): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await connect(uri, { timeoutMs: 1000 });
    return 'connected';
  } catch (error) {
    return error instanceof SocketError ? error.reason : String(error);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
