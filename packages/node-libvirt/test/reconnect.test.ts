import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Connection, type ReconnectOptions } from '../src/index.js';
import { SimulatedDaemon } from '../src/simulator/index.js';
import { q35 } from './support/domain-xml.js';

describe('a connection that is made again', () => {
  let folder: string;
  let daemon: SimulatedDaemon;
  let outages: number[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nlv-'));
    daemon = new SimulatedDaemon({ domains: [{ xml: q35('guest') }] });
    await daemon.listen(join(folder, 'sock'));
    outages = [];
  });
  afterEach(async () => {
    await daemon.close();
    await rm(folder, { recursive: true });
  });
  const open = (options: ReconnectOptions = {}, timeoutMs = 3000): Promise<Connection> =>
    connect(`qemu:///system?socket=${join(folder, 'sock')}`, {
      timeoutMs,
      reconnect: { delayMs: 5, onReconnect: ({ attempts }) => outages.push(attempts), ...options },
    });

  it('rejects what was waiting, and carries out what is called afterwards', async () => {
    await using connection = await open();
    daemon.fault({ procedure: 'connectGetHostname', action: { kind: 'silence' } });
    const waiting = connection.getHostname();
    await sleep(5);
    daemon.dropConnections();
    await assert.rejects(waiting, {
      name: 'ConnectionLostError',
      procedure: 'connectGetHostname',
      sent: true,
    });
    assert.equal(await connection.getHostname(), 'simulator');
    assert.deepEqual(outages, [1]);
  });

  it('registers its events again, and says that some may have been missed', async () => {
    await using connection = await open();
    const seen: string[] = [];
    let missed = 0;
    const domain = await connection.domainLookupByName('guest');
    await using subscription = await domain.onEvent('device-removed', ({ alias }) => seen.push(alias), {
      onMissed: () => {
        missed += 1;
      },
    });
    daemon.dropConnections();
    await sleep(20);
    assert.equal((await connection.domainLookupByName('guest')).name, 'guest');
    assert.equal(missed, 1);
    await domain.detachDeviceAlias('net0', 1);
    for (let wait = 0; seen.length === 0 && wait < 100; wait += 1) await sleep(10);
    assert.deepEqual(seen, ['net0']);
    await subscription.close();
  });

  it('tries until the daemon is back; calls wait for it within their deadlines', async () => {
    await using connection = await open();
    await daemon.close();
    await sleep(10);
    await assert.rejects(connection.getHostname({ timeoutMs: 30 }), {
      name: 'CallTimeoutError',
      timeoutMs: 30,
    });
    const signal = AbortSignal.timeout(20);
    await assert.rejects(connection.getHostname({ signal }), { name: 'TimeoutError' });
    const patient = connection.getHostname();
    daemon = new SimulatedDaemon();
    await daemon.listen(join(folder, 'sock'));
    assert.equal(await patient, 'simulator');
    assert.ok((outages[0] ?? 0) > 1);
  });

  it('is over when it could not be made for so long, and when this side closes it', async () => {
    const connection = await open({ giveUpAfterMs: 30 });
    await daemon.close();
    const ended = await connection.closed;
    assert.equal(ended?.name, 'ConnectionLostError');
    assert.equal((ended.cause as Error).name, 'SocketError');
    await assert.rejects(connection.getHostname(), { name: 'ConnectionLostError', sent: false });
  });

  it('does not come back once this side has closed it, even in the middle of an outage', async () => {
    const connection = await open({ delayMs: 50 });
    daemon.dropConnections();
    await sleep(10);
    const waiting = assert.rejects(connection.getHostname(), { name: 'ConnectionLostError' });
    await connection.close();
    await waiting;
    assert.equal(await connection.closed, null);
    await sleep(80);
    assert.equal(daemon.connections, 0);
  });
});
