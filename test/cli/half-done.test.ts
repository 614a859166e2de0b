import assert from 'node:assert/strict';
import { join } from 'node:path';
import { AffectFlags } from 'node-libvirt';
import { listRuns } from '../../lib/journal/index.js';
import { domainXml, MAC_A, userNic } from '../operations/domains.js';
import { cutOff } from '../recovery/cut-off.js';
import { builtCommand, type BuiltCommand } from './built.js';
import { NO_GUEST, openStage, type Stage } from './stage.js';

describe('a run that was cut off half-way', function () {
  this.timeout(120_000);
  let command: BuiltCommand;
  let stage: Stage;
  let run: string;
  before(async () => (command = await builtCommand()));
  beforeEach(async () => {
    stage = await openStage(command, { domains: [{ xml: domainXml({ nics: [userNic(MAC_A, 1)] }) }] });
    const state = join(stage.home, 'state/hotnic');
    assert.equal((await stage.hotnic('attach', 'web1', '--user', ...NO_GUEST)).status, 0);
    run = (await listRuns(state)).at(-1) ?? assert.fail('no run');
    await cutOff(state, run, ({ type, step }) => type === 'step-end' && step === 'attach-device');
  });
  afterEach(() => stage[Symbol.asyncDispose]());

  it('is named by list and by scan, until it is finished', async () => {
    const words = new RegExp(
      `^half done: attach .* to web1 \\(run ${run}\\): hotnic journal resume ${run} `,
      'm',
    );
    for (const argv of [['list'], ['ghosts', 'scan']]) {
      assert.match((await stage.hotnic(...argv, ...NO_GUEST)).stderr, words);
      assert.equal((await stage.hotnic(...argv, ...NO_GUEST, '--quiet')).stderr, '');
      const elsewhere = ['--state-dir', join(stage.home, 'none')];
      assert.doesNotMatch((await stage.hotnic(...argv, ...NO_GUEST, ...elsewhere)).stderr, /half done/);
    }
    const resumed = await stage.hotnic('journal', 'resume', 'last', ...NO_GUEST);
    assert.equal(resumed.status, 0, resumed.stdout + resumed.stderr);
    assert.doesNotMatch((await stage.hotnic('list', ...NO_GUEST)).stderr, /half done/);
  });

  it('keeps its domain’s ghosts from being cured, and that says what to type', async () => {
    const domain = await stage.world.hypervisor.act.domainLookupByName('web1');
    await domain.detachDeviceFlags(userNic(MAC_A, 1), AffectFlags.CONFIG);
    const { status, stdout } = await stage.hotnic('ghosts', 'clean', '--apply', ...NO_GUEST);
    assert.equal(status, 1, stdout);
    assert.match(stdout, new RegExp(`next: hotnic journal resume ${run} finishes it`));
  });
});
