import assert from 'node:assert/strict';
import type { DetachScript } from 'node-libvirt/simulator';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { asks, detachFrom, NO_WORDS, whereIs } from './detaching.js';
import { domainXml, MAC_A, NATIVE } from './domains.js';
import { openWorld, until, type TestWorld } from './world.js';

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

  it('is done when the guest lets go at once', async () => {
    const { daemon } = await start('release');
    const { outcome, exitCode, proof, next, details } = await detachFrom(world);
    assert.deepEqual([outcome, exitCode, next, details], ['done', 0, null, []]);
    assert.deepEqual([proof.live, proof.config, proof.guest, proof.asked], ['gone', 'gone', 'not-asked', 1]);
    assert.ok(proof.deviceRemovedAt !== null && proof.provedAt !== null);
    assert.deepEqual(whereIs(daemon), NEITHER);
  });

  it('is done when the guest lets go late', async () => {
    const { daemon } = await start({ kind: 'release', afterMs: 400 });
    const { outcome, proof } = await detachFrom(world);
    assert.deepEqual([outcome, proof.asked], ['done', 1]);
    assert.deepEqual(whereIs(daemon), NEITHER);
  });

  it('is done when the event comes before the reply to the request', async () => {
    const { daemon } = await start('release');
    daemon.fault({ procedure: 'domainDetachDeviceAlias', action: { kind: 'delay', ms: 300 } });
    assert.equal((await detachFrom(world)).outcome, 'done');
  });

  it('is done when the reply comes before the event', async () => {
    await start({ kind: 'release', order: 'reply-first', afterMs: 200 });
    assert.equal((await detachFrom(world)).outcome, 'done');
  });

  it('is done though the event was lost: the definition is looked at', async () => {
    const { daemon } = await start({ kind: 'release', afterMs: 100, event: false });
    const { outcome, proof } = await detachFrom(world);
    assert.deepEqual([outcome, proof.deviceRemovedAt], ['done', null]);
    assert.deepEqual(whereIs(daemon), NEITHER);
  });

  it('is pending, and changes neither definition, when the guest never lets go', async () => {
    const { daemon } = await start('never');
    const { outcome, exitCode, summary, details, next, proof } = await detachFrom(world, { timeoutMs: 300 });
    assert.deepEqual([outcome, exitCode], ['pending', 3]);
    assert.match(summary, /asked once, not gone/);
    assert.match(details.join('\n'), /pending: detach-pending: .*both definitions still have the NIC/);
    assert.match(next ?? '', new RegExp(`hotnic detach web1 ${MAC_A}`));
    assert.deepEqual([proof.live, proof.config, proof.provedAt], [null, null, null]);
    assert.deepEqual(whereIs(daemon), BOTH);
  });

  it('asks even with no time to wait, and says that it is pending', async () => {
    const { daemon } = await start('never');
    assert.equal((await detachFrom(world, { timeoutMs: 0 })).outcome, 'pending');
    assert.equal(asks(daemon), 1);
  });

  it('says that a paused guest has to be resumed', async () => {
    const { daemon } = await start('release');
    daemon.domain('web1').suspend();
    const { outcome, next } = await detachFrom(world, { timeoutMs: 200 });
    assert.equal(outcome, 'pending');
    assert.match(next ?? '', /virsh resume web1/);
    assert.deepEqual(whereIs(daemon), BOTH);
  });

  it('fails, and leaves the persistent definition as it was, when the guest refuses', async () => {
    const { daemon } = await start('refuse');
    const { outcome, exitCode, details, next } = await detachFrom(world);
    assert.deepEqual([outcome, exitCode], ['failed', 1]);
    assert.match(details.join('\n'), /DEVICE_REMOVAL_FAILED[^]*both definitions are as they were/);
    assert.match(next ?? '', /dmesg/);
    assert.deepEqual(whereIs(daemon), BOTH);
  });

  for (const word of ['busy', 'in-progress'] as const)
    it(`waits through "${word}" and is done once the guest lets go`, async () => {
      const { daemon } = await start([word, 'release']);
      // An ACPI slot takes "in progress" for a request that is under way and asks again after 5 s only.
      if (word === 'in-progress')
        setTimeout(() => {
          daemon.domain('web1').release('net0');
        }, 200);
      const { outcome, record } = await detachFrom(world);
      assert.equal(outcome, 'done');
      assert.match(
        record.notes[0] ?? '',
        word === 'busy' ? /power indicator blinking/ : /already in the process/,
      );
      assert.deepEqual(whereIs(daemon), NEITHER);
    });

  it('tells libvirt’s last words when it stays busy', async () => {
    await start('busy');
    const { outcome, summary } = await detachFrom(world, { timeoutMs: 300 });
    assert.equal(outcome, 'pending');
    assert.match(summary, /power indicator blinking/);
    assert.match(summary, /took no request/);
  });

  for (const code of [1, 9, 38, 55, 68, 84])
    it(`changes nothing when libvirt answers the request with error ${code}`, async () => {
      const { daemon } = await start({ kind: 'error', code, message: 'some reason' });
      const { outcome, exitCode, summary, details } = await detachFrom(world);
      assert.deepEqual([outcome, exitCode], ['failed', 1]);
      assert.match(summary, /detach net0 from web1: .*some reason/);
      assert.match(details.join('\n'), /both definitions are as they were/);
      assert.deepEqual(whereIs(daemon), BOTH);
      assert.equal(asks(daemon), 1);
    });

  it('is done when the device left by itself before it was asked for', async () => {
    const { daemon } = await start('release');
    daemon.fault({
      procedure: 'connectDomainEventCallbackRegisterAny',
      times: 1,
      action: {
        kind: 'before-reply',
        run: () => {
          daemon.domain('web1').release('net0');
        },
      },
    });
    assert.equal((await detachFrom(world)).outcome, 'done');
    assert.deepEqual(whereIs(daemon), NEITHER);
  });

  it('says how to finish when the persistent half fails after the running one is gone', async () => {
    const { daemon } = await start('release');
    daemon.fault({
      procedure: 'domainDetachDeviceFlags',
      action: { kind: 'error', code: 38, message: 'disk full' },
    });
    const { outcome, exitCode, next, details, summary } = await detachFrom(world);
    assert.deepEqual([outcome, exitCode], ['half', 5]);
    assert.match(summary, /disk full/);
    assert.match(details.join('\n'), /gone from the running definition and still in the persistent one/);
    assert.equal(next, `hotnic detach web1 ${MAC_A} --config`);
    assert.deepEqual(whereIs(daemon), { live: false, config: true });
  });

  it('says that the domain stopped, and leaves the persistent definition alone', async () => {
    const { daemon } = await start('never');
    const running = detachFrom(world);
    await until(() => asks(daemon) === 1, 'the request');
    daemon.domain('web1').stop();
    const { exitCode, summary, next } = await running;
    assert.equal(exitCode, 1);
    assert.match(summary, /web1 stopped/);
    assert.equal(next, `hotnic detach web1 ${MAC_A} --config`);
    assert.equal(whereIs(daemon).config, true);
  });

  describe('from one definition', () => {
    const only = (half: 'live' | 'config') => ({ ...NO_WORDS, [half]: true });

    it('changes the persistent one alone, without asking the guest', async () => {
      const { daemon } = await start('never');
      const { outcome } = await detachFrom(world, { affect: only('config') });
      assert.equal(outcome, 'done');
      assert.equal(asks(daemon), 0);
      assert.deepEqual(whereIs(daemon), { live: true, config: false });
    });

    it('changes the running one alone', async () => {
      const { daemon } = await start('release');
      assert.equal((await detachFrom(world, { affect: only('live') })).outcome, 'done');
      assert.deepEqual(whereIs(daemon), { live: false, config: true });
    });

    it('refuses a definition that does not have it', async () => {
      const { daemon } = await start('release');
      await detachFrom(world, { affect: only('config') });
      await assert.rejects(detachFrom(world, { affect: only('config') }), (error) =>
        isHotnicError(error, 'nic-not-there'),
      );
      assert.deepEqual(whereIs(daemon), { live: true, config: false });
    });
  });

  it('changes nothing in a dry run', async () => {
    const { daemon } = await start('release');
    const { outcome, exitCode, run, plan } = await detachFrom(world, { dryRun: true });
    assert.deepEqual([outcome, exitCode, run], ['planned', 0, null]);
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['listen', 'release', 'remove-config', 'prove-definitions', 'prove-guest'],
    );
    assert.deepEqual(whereIs(daemon), BOTH);
    assert.equal(asks(daemon), 0);
  });

  it('plans by the kind of the slot', async () => {
    await start('release', NATIVE);
    const { plan } = await detachFrom(world, { dryRun: true });
    assert.match(plan.find(({ step }) => step === 'release')?.describe ?? '', /native slot/);
  });
});
