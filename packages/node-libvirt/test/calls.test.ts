import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, LibvirtError } from '../src/index.js';
import { encodeFrame, MessageType } from '../src/rpc/frame.js';
import { nothing } from '../src/protocol/types.js';
import { int } from '../src/xdr/codec.js';
import { simulated } from './support/simulated.js';

const remote = { program: 0x2000_8086, version: 1, procedure: 59, type: 1, serial: 999_999, status: 0 };

describe('calls', () => {
  it('are answered by serial, in whatever order the daemon works', async () => {
    await using sim = await simulated();
    sim.daemon.fault({ procedure: 'connectGetHostname', action: { kind: 'delay', ms: 30 } });
    const order: string[] = [];
    const slow = sim.connection.getHostname().then((name) => order.push(name));
    const quick = sim.connection.getType().then((type) => order.push(type));
    await Promise.all([slow, quick]);
    assert.deepEqual(order, ['QEMU', 'simulator']);
  });

  it('keep every field of an error and say which procedure it was', async () => {
    await using sim = await simulated();
    await assert.rejects(sim.connection.domainLookupByName('nobody'), (error) => {
      assert.ok(error instanceof LibvirtError);
      const { code, domain, level, message, str1, str2, str3, int1, int2, procedure } = error;
      assert.deepEqual(
        { code, domain, level, message, str1, str2, str3, int1, int2, procedure },
        {
          code: ErrorCode.NO_DOMAIN,
          domain: 10,
          level: 2,
          message: "Domain not found: no domain with matching name 'nobody'",
          str1: 'Domain not found: %s',
          str2: "no domain with matching name 'nobody'",
          str3: null,
          int1: -1,
          int2: -1,
          procedure: 'domainLookupByName',
        },
      );
      return true;
    });
  });

  it('given up at their deadline leave the connection in step: the late reply is dropped', async () => {
    await using sim = await simulated();
    sim.daemon.fault({ procedure: 'connectGetHostname', action: { kind: 'delay', ms: 40 } });
    await assert.rejects(sim.connection.getHostname({ timeoutMs: 10 }), {
      name: 'CallTimeoutError',
      procedure: 'connectGetHostname',
      timeoutMs: 10,
    });
    await sleep(50);
    assert.equal(await sim.connection.getHostname(), 'simulator');
  });

  it('use the deadline of the connection unless they have their own', async () => {
    await using sim = await simulated({}, { timeoutMs: 15 });
    sim.daemon.fault({ procedure: 'connectGetHostname', action: { kind: 'silence' } });
    await assert.rejects(sim.connection.getHostname(), { name: 'CallTimeoutError', timeoutMs: 15 });
  });

  it('end with the reason of their signal, also of one that was aborted before', async () => {
    await using sim = await simulated();
    sim.daemon.fault({ procedure: 'connectGetHostname', action: { kind: 'silence' } });
    const controller = new AbortController();
    const waiting = sim.connection.getHostname({ signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await assert.rejects(waiting, /changed my mind/);
    await assert.rejects(sim.connection.getType({ signal: controller.signal }), /changed my mind/);
    assert.ok(!sim.daemon.calls.some(({ procedure }) => procedure === 'connectGetType'), 'it was never sent');
    assert.equal(await sim.connection.getType(), 'QEMU');
  });

  it('leave no timer and no listener behind', async () => {
    await using sim = await simulated();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const controller = new AbortController();
    for (let call = 0; call < 20; call += 1) await sim.connection.getType({ signal: controller.signal });
    assert.equal(timers(), before);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  it('that wait are rejected when the connection drops, each once, with one kind of error', async () => {
    await using sim = await simulated();
    sim.daemon.fault({ procedure: 'connectGetHostname', times: Infinity, action: { kind: 'silence' } });
    const waiting = Array.from({ length: 3 }, () => sim.connection.getHostname());
    const results = Promise.allSettled(waiting);
    await sleep(5);
    sim.daemon.dropConnections();
    for (const result of await results) {
      assert.equal(result.status, 'rejected');
      assert.equal((result.reason as Error).name, 'ConnectionLostError');
    }
    assert.equal((await sim.connection.closed)?.name, 'ConnectionLostError');
    await assert.rejects(sim.connection.getType(), {
      name: 'ConnectionLostError',
      procedure: 'connectGetType',
    });
  });

  it('that wait are rejected when this side closes', async () => {
    await using sim = await simulated();
    sim.daemon.fault({ procedure: 'connectGetHostname', action: { kind: 'silence' } });
    const waiting = assert.rejects(sim.connection.getHostname(), /closed by this side/);
    await sim.connection.close();
    await waiting;
    assert.equal(await sim.connection.closed, null);
  });

  it('settle once each when 10,000 are in flight and the daemon goes in the middle', async () => {
    await using sim = await simulated();
    sim.daemon.fault({ procedure: 'connectGetType', after: 4000, action: { kind: 'drop' } });
    let settled = 0;
    const calls = Array.from({ length: 10_000 }, () =>
      sim.connection.getType().finally(() => {
        settled += 1;
      }),
    );
    const results = await Promise.allSettled(calls);
    assert.equal(settled, 10_000);
    const lost = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    assert.ok(lost.length >= 6000 && lost.length < 10_000, `${lost.length} were lost`);
    assert.ok(lost.every(({ reason }) => (reason as Error).name === 'ConnectionLostError'));
  });

  it('are worked on five at a time: the sixth waits', async () => {
    await using sim = await simulated();
    sim.daemon.fault({ procedure: 'connectGetHostname', times: 5, action: { kind: 'delay', ms: 30 } });
    const slow = Array.from({ length: 5 }, () => sim.connection.getHostname());
    const started = performance.now();
    await sim.connection.getType();
    assert.ok(performance.now() - started > 20, 'behind five slow calls a sixth is not even read');
    await Promise.all(slow);
    await using other = await sim.again();
    assert.equal(await other.getType(), 'QEMU');
  });
});

describe('a connection ignores', () => {
  const odd: [string, Buffer][] = [
    ['a reply to no call', encodeFrame(remote, int, 1)],
    ['an unknown program', encodeFrame({ ...remote, program: 0x2000_8088 }, int, 1)],
    [
      'an unknown version',
      encodeFrame({ ...remote, version: 2, procedure: 333, type: MessageType.event }, int, 1),
    ],
    [
      'an unknown event',
      encodeFrame({ ...remote, procedure: 9999, type: MessageType.event, serial: 0 }, int, 1),
    ],
    ['a stream packet', encodeFrame({ ...remote, type: MessageType.stream }, int, 1)],
    ['an unknown type', encodeFrame({ ...remote, type: 77 }, nothing, {})],
  ];
  for (const [what, bytes] of odd) {
    it(what, async () => {
      await using sim = await simulated();
      sim.daemon.send(bytes);
      assert.equal(await sim.connection.getHostname(), 'simulator');
    });
  }
});

describe('a connection ends with ProtocolError', () => {
  it('when a frame has an impossible length', async () => {
    await using sim = await simulated();
    sim.daemon.send(Buffer.from('0000001b', 'hex'));
    assert.equal((await sim.connection.closed)?.name, 'ProtocolError');
  });

  it('when a known event cannot be read: it might be the one that is waited for', async () => {
    await using sim = await simulated();
    sim.daemon.send(
      encodeFrame({ ...remote, procedure: 333, type: MessageType.event, serial: 0 }, nothing, {}),
    );
    assert.match((await sim.connection.closed)?.message ?? '', /device-removed event/);
  });

  it('but a reply that cannot be read costs its own call only', async () => {
    await using sim = await simulated();
    const serial = 4;
    const bytes = encodeFrame({ ...remote, serial }, int, -1);
    sim.daemon.fault({ procedure: 'connectGetHostname', action: { kind: 'bytes', bytes } });
    await assert.rejects(sim.connection.getHostname(), {
      name: 'ProtocolError',
      message: /connectGetHostname/,
    });
    assert.equal(await sim.connection.getHostname(), 'simulator');
  });
});

describe('keepalive', () => {
  it('answers the daemon’s pings', async () => {
    await using sim = await simulated();
    sim.daemon.ping();
    assert.equal(await sim.connection.getHostname(), 'simulator');
    assert.equal(sim.daemon.pongs, 1);
  });

  it('of this side ends a connection that has gone silent', async () => {
    await using sim = await simulated({}, { keepAlive: { intervalMs: 10, count: 2 } });
    await sleep(60);
    assert.equal(await sim.connection.getHostname(), 'simulator', 'pongs keep it alive');
    sim.daemon.mute();
    assert.match((await sim.connection.closed)?.message ?? '', /has not answered for 30 ms/);
  });

  it('does not mistake five slow calls for silence', async () => {
    await using sim = await simulated({}, { keepAlive: { intervalMs: 5, count: 1 } });
    sim.daemon.fault({ procedure: 'connectGetHostname', times: 5, action: { kind: 'delay', ms: 60 } });
    await Promise.all(Array.from({ length: 5 }, () => sim.connection.getHostname()));
  });
});
