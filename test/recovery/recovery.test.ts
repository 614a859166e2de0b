import assert from 'node:assert/strict';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { findDomain, viewDomain } from '../../lib/hypervisor/domain-view.js';
import { listRuns, readRun, settledOf } from '../../lib/journal/index.js';
import {
  halfDoneRuns,
  removalRequests,
  resumeRun,
  undoRun,
  type RecoverOptions,
} from '../../lib/operations/recovery/index.js';
import { attachTo, definitionsOf } from '../operations/attaching.js';
import { detachFrom, whereIs } from '../operations/detaching.js';
import { domainXml, MAC_A, userNic } from '../operations/domains.js';
import { updateOf } from '../operations/updating.js';
import { openWorld, type TestWorld } from '../operations/world.js';
import { cutOff } from './cut-off.js';
import { openJournalled, type Journalled } from './journalled.js';

const MAC = '52:54:00:00:00:0c';

describe('a run that was cut off', function () {
  this.timeout(30_000);
  let world: TestWorld;
  let journal: Journalled;
  let state: string;
  beforeEach(async () => {
    journal = await openJournalled();
    state = journal.state;
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
  });

  const recorded = () => journal.recorded;
  const last = () => journal.last();
  const options = (run: string, more?: Partial<RecoverOptions>) => journal.options(run, world, more);
  const start = async (detach: 'release' | 'never' = 'release') => {
    world = await openWorld({ domains: [{ xml: domainXml({ nics: [userNic(MAC_A, 1)] }), detach }] });
  };
  const detachConfig = async (mac: string) => {
    const handle = await findDomain(world.hypervisor.act, 'web1');
    const nic = (await viewDomain(handle)).config?.interfaces.find((one) => one.mac === mac);
    await handle.detachDeviceFlags(
      `<interface type='${nic?.type ?? ''}'><mac address='${mac}'/></interface>`,
      2,
    );
  };
  /** An attach of MAC that was cut off in the step `attach-device`, with the NIC in both definitions by then. */
  const attachCutOff = async () => {
    await attachTo(world, { mac: MAC }, recorded());
    const run = await last();
    await cutOff(state, run, ({ type, step }) => type === 'step-end' && step === 'attach-device');
    return run;
  };

  it('keeps the next hotnic from changing its domain, and says what can be done', async () => {
    await start();
    const run = await attachCutOff();
    assert.deepEqual(
      (await halfDoneRuns(state)).map(({ run: id, begun, domain: of }) => [id, begun, of?.name]),
      [[run, ['attach-device'], 'web1']],
    );
    for (const next of [
      () => attachTo(world, {}, recorded()),
      () => detachFrom(world, recorded()),
      () => updateOf(world, recorded()),
    ]) {
      const before = definitionsOf(world);
      await assert.rejects(next(), (error) => {
        assert.ok(isHotnicError(error, 'run-half-done'), String(error));
        assert.match(error.details.next ?? '', new RegExp(`journal resume ${run} .* journal undo ${run}`));
        return error.exitCode === 1;
      });
      assert.deepEqual(definitionsOf(world), before);
    }
  });

  it('is closed without a word when no change had begun', async () => {
    await start();
    await attachTo(world, { mac: MAC }, recorded());
    const run = await last();
    await cutOff(state, run, ({ type, step }) => type === 'step-begin' && step === 'attach-device');
    assert.equal((await detachFrom(world, { nic: MAC, ...recorded() })).outcome, 'done');
    assert.equal(settledOf(await readRun(state, run))?.how, 'nothing-begun');
  });

  it('is finished by resume, and taken back by undo; both are on record in the old run', async () => {
    await start();
    const first = await attachCutOff();
    const resumed = await resumeRun(options(first));
    assert.equal(resumed.outcome, 'done', resumed.summary);
    assert.deepEqual(whereIs(world.daemon, MAC), { live: true, config: true });
    assert.deepEqual(
      [settledOf(await readRun(state, first))?.how, settledOf(await readRun(state, first))?.by],
      ['resumed', resumed.run],
    );
    const undone = await undoRun(options(first));
    assert.equal(undone.outcome, 'done', undone.summary);
    assert.deepEqual(whereIs(world.daemon, MAC), { live: false, config: false });
    await assert.rejects(undoRun(options(first)), (error) => isHotnicError(error, 'run-settled'));
    assert.deepEqual(await listRuns(state, ['open']), []);
  });

  it('is finished also where one definition lacks the NIC', async () => {
    await start();
    const run = await attachCutOff();
    await detachConfig(MAC);
    assert.deepEqual(whereIs(world.daemon, MAC), { live: true, config: false });
    assert.equal((await resumeRun(options(run))).outcome, 'done');
    assert.deepEqual(whereIs(world.daemon, MAC), { live: true, config: true });
  });

  it('changes nothing with a dry run', async () => {
    await start();
    const run = await attachCutOff();
    const { outcome, plan } = await undoRun(options(run, { dryRun: true }));
    assert.equal(outcome, 'planned');
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['take-out-live', 'take-out-config', 'prove-definitions'],
    );
    assert.deepEqual(whereIs(world.daemon, MAC), { live: true, config: true });
    assert.equal((await halfDoneRuns(state)).length, 1);
  });

  it('may be cut off again while it is recovered: then either run leads on, and both are settled', async () => {
    await start();
    const run = await attachCutOff();
    await resumeRun(options(run));
    const second = await last();
    await cutOff(state, second, ({ type }) => type === 'run-end');
    await undoRun(options(second));
    assert.deepEqual(whereIs(world.daemon, MAC), { live: false, config: false });
    assert.deepEqual(await listRuns(state, ['open', 'pending']), []);
  });

  it('of a detach that was done is taken back: the NIC is where it was', async () => {
    await start();
    await detachFrom(world, recorded());
    const run = await last();
    await assert.rejects(resumeRun(options(run)), (error) => isHotnicError(error, 'run-done'));
    assert.equal((await undoRun(options(run))).outcome, 'done');
    assert.deepEqual(whereIs(world.daemon), { live: true, config: true });
    const view = await viewDomain(await findDomain(world.hypervisor.act, 'web1'));
    assert.deepEqual(
      view.live?.interfaces.map(({ pciAddress }) => pciAddress),
      view.config?.interfaces.map(({ pciAddress }) => pciAddress),
    );
  });

  it('is refused where the world has moved on: the slot is taken', async () => {
    await start();
    await detachFrom(world, recorded());
    const run = await last();
    await attachTo(world, { mac: MAC }, recorded());
    await assert.rejects(undoRun(options(run)), (error) => {
      assert.ok(isHotnicError(error, 'world-moved-on'), String(error));
      return error.message.includes('taken by another device');
    });
    assert.deepEqual(whereIs(world.daemon), { live: false, config: false });
  });

  it('is refused while it is still running, and while another holds the domain', async () => {
    await start();
    await attachTo(world, { mac: MAC }, recorded());
    const run = await last();
    await cutOff(state, run, ({ type }) => type === 'run-end');
    await assert.rejects(
      (async () => {
        const held = undoRun(options(run));
        await Promise.all([held, undoRun(options(run, { lockWaitMs: 0 }))]);
      })(),
      (error) => isHotnicError(error, 'locked'),
    );
  });

  it('that waits for its guest is known as a removal request, in that boot alone', async () => {
    await start('never');
    const { outcome } = await detachFrom(world, { timeoutMs: 200, ...recorded() });
    assert.equal(outcome, 'pending');
    const run = await last();
    assert.deepEqual(await listRuns(state, ['pending']), [run]);
    const handle = await findDomain(world.hypervisor.act, 'web1');
    const [request] = await removalRequests(state, await viewDomain(handle));
    assert.deepEqual([request?.mac, request?.run, request?.alias], [MAC_A, run, 'net0']);
    await handle.destroy();
    await handle.create();
    assert.deepEqual(await removalRequests(state, await viewDomain(handle)), []);
    await attachTo(world, { mac: MAC }, recorded());
    assert.deepEqual(await listRuns(state, ['pending']), []);
  });
});
