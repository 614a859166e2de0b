import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect, isLibvirtError, UnsupportedProcedureError } from '../../src/index.js';
import { startRealDaemon } from '../support/real-daemon.js';

describe('libvirt’s own daemon, killed with 10,000 calls in flight', function () {
  this.timeout(30_000);

  it('leaves each of them settled once, with one kind of error, and nothing behind', async () => {
    const daemon = await startRealDaemon();
    try {
      await round(daemon.uri('test', 'default'), 100, () => undefined);
      const before = memory();
      await round(daemon.uri('test', 'default'), 10_000, () => {
        daemon.kill();
      });
      const grown = (memory() - before) / 1024 / 1024;
      assert.ok(grown < 8, `${grown.toFixed(1)} MiB are still held`);
    } finally {
      await daemon.stop();
    }
  });
});

async function round(uri: string, count: number, kill: () => void): Promise<void> {
  const connection = await connect(uri);
  const domain = await connection.domainLookupByName('test');
  const { signal } = new AbortController();
  let settled = 0;
  let answered = 0;
  const calls = Array.from({ length: count }, async () => {
    try {
      await domain.getXMLDesc(0, { signal });
      answered += 1;
      if (answered === Math.floor(count / 100)) kill();
    } catch (error) {
      assert.equal((error as Error).name, 'ConnectionLostError');
    }
    settled += 1;
  });
  await Promise.all(calls);
  assert.equal(settled, count);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  await connection.close();
  await connection.closed;
}

/** Bytes of the heap after a collection. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

describe('a daemon that is older than a procedure', () => {
  it('is named as such, with the procedure', async () => {
    const daemon = await startRealDaemon();
    try {
      await using connection = await connect(daemon.uri('test', 'default'));
      if ((await connection.getLibVersion()) >= 11_002_000) return;
      const dom = (await connection.domainLookupByName('test')).ref;
      await assert.rejects(connection.call('domainGetAutostartOnce', { dom }), (error) => {
        assert.ok(error instanceof UnsupportedProcedureError, String(error));
        assert.ok(isLibvirtError(error), 'it is still the daemon’s error');
        assert.match(error.message, /does not have domainGetAutostartOnce .*update libvirt/);
        return true;
      });
    } finally {
      await daemon.stop();
    }
  });
});
