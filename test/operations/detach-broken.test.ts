import assert from 'node:assert/strict';
import type { DetachScript, Fault } from 'node-libvirt/simulator';
import { asks, detachFrom, whereIs } from './detaching.js';
import { domainXml, MAC_A } from './domains.js';
import { openWorld, silent, until, type TestWorld } from './world.js';

const BOTH = { live: true, config: true };
const NEITHER = { live: false, config: false };

describe('detaching a NIC', function () {
  this.timeout(20_000);
  let world: TestWorld;
  const start = async (script: DetachScript, args: readonly string[] = [], callTimeoutMs?: number) => {
    world = await openWorld(
      { domains: [{ xml: domainXml({ args }), devices: { net0: script } }] },
      callTimeoutMs,
    );
    return world;
  };
  afterEach(() => world[Symbol.asyncDispose]());

  describe('over a connection that breaks', () => {
    const faults: readonly [string, Fault][] = [
      [
        'before the request is carried out',
        { procedure: 'domainDetachDeviceAlias', action: { kind: 'drop' } },
      ],
      [
        'after the request is carried out',
        { procedure: 'domainDetachDeviceAlias', action: { kind: 'drop-after' } },
      ],
    ];
    for (const [when, fault] of faults)
      it(`never says that it failed without a change, when it breaks ${when} and the guest holds on`, async () => {
        const { daemon } = await start('never');
        daemon.fault(fault);
        const { outcome, exitCode, details, next } = await detachFrom(world, { timeoutMs: 400 });
        assert.deepEqual([outcome, exitCode], ['pending', 3]);
        assert.doesNotMatch(details.join('\n'), /as they were/);
        assert.match(next ?? '', /hotnic (list|detach) web1/);
        assert.deepEqual(whereIs(daemon), BOTH);
      });

    it('says that libvirt was lost when both connections break while the guest is waited for', async () => {
      const { daemon } = await start('never');
      const running = detachFrom(world);
      await until(() => asks(daemon) === 1, 'the request');
      daemon.dropConnections();
      const { outcome, exitCode, details, next, proof } = await running;
      assert.deepEqual([outcome, exitCode], ['pending', 3]);
      assert.match(details.join('\n'), /libvirt-lost/);
      assert.equal(next, 'hotnic list web1');
      assert.equal(proof.provedAt, null);
    });

    it('says what is left to do when only the persistent half is cut off', async () => {
      const { daemon } = await start('release');
      daemon.fault({ procedure: 'domainDetachDeviceFlags', times: Infinity, action: { kind: 'drop' } });
      const { outcome, exitCode, next } = await detachFrom(world);
      assert.deepEqual([outcome, exitCode], ['half', 5]);
      assert.equal(next, `hotnic detach web1 ${MAC_A} --config`);
      assert.deepEqual(whereIs(daemon), { live: false, config: true });
    });

    for (const kind of ['drop', 'drop-after'] as const)
      it(`takes out the persistent half over a new connection when the daemon was restarted meanwhile (${kind})`, async () => {
        const { daemon } = await start('release');
        daemon.fault({ procedure: 'domainDetachDeviceFlags', action: { kind } });
        const { outcome, exitCode, proof } = await detachFrom(world);
        assert.deepEqual([outcome, exitCode], ['done', 0]);
        assert.deepEqual([proof.live, proof.config], ['gone', 'gone']);
        assert.deepEqual(whereIs(daemon), NEITHER);
      });

    it('fails without a change when the connection is gone before the guest is asked', async () => {
      const { daemon, hypervisor } = await start('release');
      const running = detachFrom(world, {
        progress: {
          ...silent(),
          step: (name, phase) => {
            if (name === 'listen' && phase === 'end') void hypervisor.act.close();
          },
        },
      });
      const { outcome, exitCode, details } = await running;
      assert.deepEqual([outcome, exitCode], ['failed', 1]);
      assert.match(details.join('\n'), /both definitions are as they were/);
      assert.equal(asks(daemon), 0);
      assert.deepEqual(whereIs(daemon), BOTH);
    });

    it('does not say "nothing changed" when the proof cannot be read any more', async () => {
      const { daemon } = await start('release');
      daemon.fault({
        procedure: 'domainDetachDeviceFlags',
        action: {
          kind: 'before-reply',
          run: () => {
            daemon.fault({ procedure: 'domainGetXmlDesc', times: Infinity, action: { kind: 'drop' } });
          },
        },
      });
      const { outcome, exitCode, next } = await detachFrom(world);
      assert.deepEqual([outcome, exitCode], ['pending', 3]);
      assert.equal(next, 'hotnic list web1');
      assert.deepEqual(whereIs(daemon), NEITHER);
    });

    it('keeps its deadline though the daemon has stopped answering', async () => {
      const { daemon } = await start('never', [], 1000);
      const running = detachFrom(world, { timeoutMs: 500 });
      await until(() => asks(daemon) === 1, 'the request');
      daemon.mute();
      const began = Date.now();
      const { outcome } = await running;
      assert.equal(outcome, 'pending');
      assert.ok(Date.now() - began < 4000, `${Date.now() - began} ms`);
    });
  });

  describe('when the user interrupts', () => {
    it('stops before it asks, and nothing is changed', async () => {
      const { daemon } = await start('release');
      const { outcome, exitCode, details, record } = await detachFrom(world, {
        signal: AbortSignal.abort(new Error('interrupted')),
      });
      assert.deepEqual([outcome, exitCode], ['interrupted', 130]);
      assert.match(details.join('\n'), /stopped before the change/);
      assert.deepEqual(record.entries.at(-1), {
        type: 'run-end',
        outcome: 'interrupted',
        error: 'interrupted before listen',
        state: 'before',
      });
      assert.equal(asks(daemon), 0);
      assert.deepEqual(whereIs(daemon), BOTH);
    });

    it('takes it out of the persistent definition too when the guest lets go within the grace time', async () => {
      const { daemon } = await start({ kind: 'release', afterMs: 600 });
      const abort = new AbortController();
      const running = detachFrom(world, { signal: abort.signal, timeoutMs: 10_000 });
      await until(() => asks(daemon) === 1, 'the request');
      abort.abort(new Error('interrupted'));
      const { outcome, exitCode } = await running;
      assert.deepEqual([outcome, exitCode], ['done', 0]);
      assert.deepEqual(whereIs(daemon), NEITHER);
    });

    it('leaves it in both definitions when the guest does not let go', async () => {
      const { daemon } = await start('never');
      const abort = new AbortController();
      const running = detachFrom(world, { signal: abort.signal, timeoutMs: 30_000 });
      await until(() => asks(daemon) === 1, 'the request');
      const began = Date.now();
      abort.abort(new Error('interrupted'));
      const { outcome, exitCode, summary } = await running;
      assert.deepEqual([outcome, exitCode], ['interrupted', 130]);
      assert.match(summary, /the request, which cannot be taken back, is still with the guest/);
      assert.ok(Date.now() - began < 5000);
      assert.deepEqual(whereIs(daemon), BOTH);
    });
  });
});
