import assert from 'node:assert/strict';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { findDomain, viewDomain } from '../../lib/hypervisor/domain-view.js';
import { listRuns, readRun, settledOf } from '../../lib/journal/index.js';
import { actStep } from '../../lib/operations/acts/act-step.js';
import type { World } from '../../lib/operations/acts/act.js';
import {
  actsRequestFor,
  asJson,
  halfDoneRuns,
  resumeRun,
  undoRun,
} from '../../lib/operations/recovery/index.js';
import { runPlan, type Step } from '../../lib/plan/index.js';
import { attachTo } from '../operations/attaching.js';
import { domainXml, MAC_A, MAC_B, userNic } from '../operations/domains.js';
import { openWorld, silent, type TestWorld } from '../operations/world.js';
import { cutOff } from './cut-off.js';
import { openJournalled, worldWithoutGuest, type Journalled } from './journalled.js';

describe('a run of acts that was cut off', function () {
  this.timeout(30_000);
  let at: TestWorld;
  let journal: Journalled;
  let state: string;
  let world: World;
  const signal = new AbortController().signal;
  beforeEach(async () => {
    journal = await openJournalled();
    state = journal.state;
    at = await openWorld({ domains: [{ xml: domainXml({ nics: [userNic(MAC_A, 1), userNic(MAC_B, 2)] }) }] });
    world = worldWithoutGuest(at);
  });
  afterEach(async () => {
    await at[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
  });

  const recorder = () => journal.recorder();
  const view = async () => await viewDomain(await findDomain(at.hypervisor.act, 'web1'));
  const links = async () => ((await view()).live?.interfaces ?? []).map(({ linkState }) => linkState ?? 'up');
  const options = (run: string) => journal.options(run, at);
  const looks = (name: string): Step => ({ name, describe: name, run: () => Promise.resolve(undefined) });

  /** Sets both links down, as a clean-up would, and cuts the run off. `down`: how many links had gone down by then. */
  async function cleaned(until: Parameters<typeof cutOff>[2], down: number): Promise<string> {
    const before = await view();
    const acts = [MAC_A, MAC_B].map((mac, nth) =>
      actStep(
        {
          act: 'link-set',
          input: { domain: 'web1', uuid: before.uuid, alias: `net${nth}`, mac, state: 'down' },
        },
        world,
      ),
    );
    const plan = {
      title: 'set the links down',
      operation: 'clean',
      subject: 'web1',
      steps: [looks('still-holds'), ...acts, looks('cured')],
      request: asJson(actsRequestFor(at.hypervisor, before)),
    };
    const { outcome } = await runPlan(plan, { recorder: recorder(), signal, progress: silent() });
    assert.equal(outcome, 'done');
    const run = (await listRuns(state)).at(-1) ?? '';
    await cutOff(state, run, until);
    for (const nic of (before.live?.interfaces ?? []).slice(down))
      await before.domain.updateDeviceFlags(
        `<interface type='user'><mac address='${nic.mac ?? ''}'/><model type='virtio'/><link state='up'/><alias name='${nic.alias ?? ''}'/><address type='pci' domain='0x0000' bus='0x0${nic.mac === MAC_A ? 1 : 2}' slot='0x00' function='0x0'/></interface>`,
        1,
      );
    return run;
  }
  const ends = (name: string) => (entry: { type: string; step?: string }) =>
    entry.type === 'step-end' && entry.step === name;
  const begins = (name: string) => (entry: { type: string; step?: string }) =>
    entry.type === 'step-begin' && entry.step === name;

  it('is finished: what had ended is read again, the rest is done', async () => {
    const run = await cleaned(ends('link-set-2'), 1);
    assert.deepEqual(await links(), ['down', 'up']);
    assert.deepEqual(
      (await halfDoneRuns(state)).map(({ begun }) => begun),
      [['link-set', 'link-set-2']],
    );
    const { outcome, plan, summary } = await resumeRun(options(run));
    assert.equal(outcome, 'done', summary);
    assert.match(plan[0]?.describe ?? '', /done before/);
    assert.deepEqual(await links(), ['down', 'down']);
    assert.equal(settledOf(await readRun(state, run))?.how, 'resumed');
  });

  it('is taken back in reverse, with what was saved then and not with what is there now', async () => {
    const run = await cleaned(ends('link-set-2'), 2);
    const { outcome, plan } = await undoRun(options(run));
    assert.equal(outcome, 'done');
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['link-set-2', 'link-set'],
    );
    assert.deepEqual(await links(), ['up', 'up']);
  });

  it('may be cut off again on its way back, and is then finished from either run', async () => {
    const run = await cleaned(ends('link-set-2'), 2);
    await undoRun(options(run));
    const second = (await listRuns(state)).at(-1) ?? '';
    await cutOff(state, second, begins('link-set'));
    const { outcome } = await resumeRun(options(second));
    assert.equal(outcome, 'done');
    assert.deepEqual(await links(), ['up', 'up']);
    assert.deepEqual(await listRuns(state, ['open']), []);
  });

  it('is closed without a word when it was only looking', async () => {
    const run = await cleaned(begins('link-set'), 0);
    assert.deepEqual(await halfDoneRuns(state), []);
    await attachTo(at, {}, { stateDir: state, recorder });
    assert.equal(settledOf(await readRun(state, run))?.how, 'nothing-begun');
  });

  it('is not made again from a record that was edited', async () => {
    const run = await cleaned(ends('link-set-2'), 2);
    const { readFile, writeFile } = await import('node:fs/promises');
    const { path } = await readRun(state, run);
    await writeFile(path, (await readFile(path, 'utf8')).replace(MAC_A, MAC_B));
    await assert.rejects(undoRun(options(run)), (error) => isHotnicError(error, 'journal-damaged'));
    assert.deepEqual(await links(), ['down', 'down']);
  });
});
