import assert from 'node:assert/strict';
import { attachTo, definitionsOf } from './attaching.js';
import { whereIs } from './detaching.js';
import { domainXml } from './domains.js';
import { openWorld, until, type TestWorld } from './world.js';

const BOTH = { live: true, config: true };

describe('attaching a NIC, interrupted', function () {
  this.timeout(30_000);
  let world: TestWorld;
  beforeEach(async () => (world = await openWorld({ domains: [{ xml: domainXml() }] })));
  afterEach(() => world[Symbol.asyncDispose]());

  it('is attached nowhere when it is interrupted before the change', async () => {
    const before = definitionsOf(world);
    const { outcome, exitCode } = await attachTo(
      world,
      {},
      { signal: AbortSignal.abort(new Error('interrupted')) },
    );
    assert.deepEqual([outcome, exitCode], ['interrupted', 130]);
    assert.deepEqual(definitionsOf(world), before);
  });

  it('stays in both when it is interrupted after libvirt attached it', async () => {
    const { daemon } = world;
    const abort = new AbortController();
    daemon.fault({
      procedure: 'domainAttachDeviceFlags',
      action: {
        kind: 'before-reply',
        run: () => {
          abort.abort(new Error('interrupted'));
        },
      },
    });
    const first = await attachTo(world, {}, { signal: abort.signal });
    assert.deepEqual(
      [first.outcome, first.details.at(-1)],
      ['interrupted', 'stopped after the change: both definitions agree'],
    );
    assert.deepEqual(whereIs(daemon, first.mac), BOTH);
    const later = new AbortController();
    const running = attachTo(world, {}, { signal: later.signal, settleMs: 20_000 });
    await until(() => daemon.domain('web1').aliases.includes('net2'), 'the attach');
    setTimeout(() => {
      later.abort(new Error('interrupted'));
    }, 300);
    const second = await running;
    assert.deepEqual(
      [second.outcome, second.details.at(-1)],
      ['interrupted', 'stopped after the change: both definitions agree'],
    );
    assert.deepEqual(whereIs(daemon, second.mac), BOTH);
  });
});
