import assert from 'node:assert/strict';
import type { DomainSetup } from 'node-libvirt/simulator';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import type { UpdateOptions } from '../../lib/operations/update/update.js';
import { NO_WORDS } from './detaching.js';
import { domainXml, MAC_A, MAC_B, networkNic, userNic } from './domains.js';
import { updateOf } from './updating.js';
import { openWorld, type TestWorld } from './world.js';

describe('updating a NIC', function () {
  this.timeout(20_000);
  let world: TestWorld;
  const start = async (domain: Partial<DomainSetup> = {}) => {
    world = await openWorld({ domains: [{ xml: domainXml({ nics: [networkNic(MAC_A, 1)] }), ...domain }] });
    return world;
  };
  const change = (more: Partial<UpdateOptions> = {}) => updateOf(world, more);
  const linkIsDown = () => {
    const { liveXml, configXml } = world.daemon.domain('web1');
    return {
      live: /<link state=['"]down['"]/.test(liveXml ?? ''),
      config: /<link state=['"]down['"]/.test(configXml ?? ''),
    };
  };
  afterEach(() => world[Symbol.asyncDispose]());

  it('changes both definitions, each with its own XML', async () => {
    await start();
    const { outcome, exitCode, summary } = await change();
    assert.deepEqual([outcome, exitCode], ['done', 0]);
    assert.match(summary, /running and the persistent/);
    assert.deepEqual(linkIsDown(), { live: true, config: true });
    const sent = world.daemon.calls.filter(({ procedure }) => procedure === 'domainUpdateDeviceFlags');
    assert.equal(sent.length, 2);
    assert.match(JSON.stringify(sent[0]?.args), /vnet0/);
    assert.doesNotMatch(JSON.stringify(sent[1]?.args), /vnet0/);
  });

  it('changes one definition alone when that is asked for', async () => {
    await start();
    await change({ affect: { ...NO_WORDS, config: true } });
    assert.deepEqual(linkIsDown(), { live: false, config: true });
  });

  it('changes the source to another of its kind', async () => {
    await start();
    const { outcome } = await change({ changes: {}, source: 'other' });
    assert.equal(outcome, 'done');
    assert.match(world.daemon.domain('web1').liveXml ?? '', /network=['"]other['"]/);
    assert.match(world.daemon.domain('web1').configXml ?? '', /network=['"]other['"]/);
  });

  it('refuses a source where the NIC has none of a kind', async () => {
    await start({ xml: domainXml({ nics: [userNic(MAC_A, 1)] }) });
    await assert.rejects(change({ changes: {}, source: 'x' }), (error) => {
      assert.ok(isHotnicError(error, 'source-unfit'));
      assert.equal(error.exitCode, 2);
      return true;
    });
  });

  it('puts the running definition back when the persistent one refuses', async () => {
    const { daemon } = await start();
    daemon.fault({
      procedure: 'domainUpdateDeviceFlags',
      after: 1,
      action: { kind: 'error', code: 38, message: 'disk full' },
    });
    const { outcome, exitCode, summary, details } = await change();
    assert.deepEqual([outcome, exitCode], ['failed', 1]);
    assert.match(summary, /persistent definition of web1: .*disk full/);
    assert.match(details.join('\n'), /undone: .*update-live/);
    assert.deepEqual(linkIsDown(), { live: false, config: false });
  });

  it('changes nothing when the running definition refuses', async () => {
    const { daemon } = await start();
    daemon.fault({
      procedure: 'domainUpdateDeviceFlags',
      action: { kind: 'error', code: 67, message: 'cannot modify' },
    });
    const { outcome, exitCode } = await change();
    assert.deepEqual([outcome, exitCode], ['failed', 1]);
    assert.deepEqual(linkIsDown(), { live: false, config: false });
  });

  it('says what to do by hand when it cannot put the first half back', async () => {
    const { daemon } = await start();
    daemon.fault({
      procedure: 'domainUpdateDeviceFlags',
      after: 1,
      times: Infinity,
      action: { kind: 'error', code: 38, message: 'disk full' },
    });
    const { outcome, exitCode, next, details } = await change();
    assert.deepEqual([outcome, exitCode], ['half', 5]);
    assert.match(details.join('\n'), /not undone: update-live/);
    assert.match(next ?? '', /hotnic journal show last/);
    assert.deepEqual(linkIsDown(), { live: true, config: false });
  });

  it('does not believe an answer that the definition contradicts', async () => {
    const { daemon } = await start();
    const { liveXml } = daemon.domain('web1');
    daemon.fault({
      procedure: 'domainUpdateDeviceFlags',
      action: {
        kind: 'before-reply',
        run: () => {
          daemon.domain('web1').liveXml = liveXml;
        },
      },
    });
    const { outcome, summary } = await change();
    assert.equal(outcome, 'failed');
    assert.match(summary, /libvirt said that the running definition is changed, and it is not: link/);
  });

  it('shows the plan in a dry run and changes nothing', async () => {
    await start();
    const { outcome, plan, run } = await change({ dryRun: true });
    assert.deepEqual([outcome, run], ['planned', null]);
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['update-live', 'update-config'],
    );
    assert.deepEqual(linkIsDown(), { live: false, config: false });
  });

  it('stops before the change, or changes both, when it is interrupted', async () => {
    const { daemon } = await start();
    const early = await change({ signal: AbortSignal.abort(new Error('interrupted')) });
    assert.deepEqual([early.outcome, linkIsDown()], ['interrupted', { live: false, config: false }]);
    const abort = new AbortController();
    daemon.fault({
      procedure: 'domainUpdateDeviceFlags',
      action: {
        kind: 'before-reply',
        run: () => {
          abort.abort(new Error('interrupted'));
        },
      },
    });
    const late = await change({ signal: abort.signal });
    assert.deepEqual([late.outcome, linkIsDown()], ['done', { live: true, config: true }]);
  });

  it('changes the NIC that is meant among two of one MAC', async () => {
    await start({ xml: domainXml({ nics: [networkNic(MAC_B, 1), networkNic(MAC_B, 2)] }) });
    await assert.rejects(change({ nic: MAC_B }), (error) => isHotnicError(error, 'nic-ambiguous'));
    assert.equal((await change({ nic: 'net1' })).outcome, 'done');
    for (const xml of [world.daemon.domain('web1').liveXml, world.daemon.domain('web1').configXml])
      assert.match(
        xml ?? '',
        /<interface(?:(?!<\/interface)[^])*bus='0x02'(?:(?!<\/interface)[^])*<link state|<link state(?:(?!<\/interface)[^])*bus=['"]0x02/,
      );
  });
});
