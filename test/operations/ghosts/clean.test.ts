import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { listRuns, openJournal, readRun } from '../../../lib/journal/index.js';
import { clean } from '../../../lib/operations/ghosts/clean.js';
import type { CleanOptions } from '../../../lib/operations/ghosts/clean-types.js';
import { explain } from '../../../lib/operations/ghosts/explain.js';
import { ghostsOf } from '../../../lib/operations/ghosts/findings.js';
import { scan } from '../../../lib/operations/ghosts/scan.js';
import { domainXml, MAC_A, MAC_B, userNic } from '../domains.js';
import { openWorld, silent, type TestWorld } from '../world.js';

const live = domainXml({ nics: [userNic(MAC_A, 1), userNic(MAC_B, 2)] });

describe('finding and curing ghosts', function () {
  this.timeout(20_000);
  let world: TestWorld;
  let stateDir: string;
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'hotnic-clean-'));
    world = await openWorld({
      domains: [{ xml: live }, { xml: domainXml({ name: 'well', nics: [userNic('52:54:00:00:00:0c', 1)] }) }],
    });
    // What only the running definition has.
    const domain = await world.hypervisor.act.domainLookupByName('web1');
    await domain.detachDeviceFlags(userNic(MAC_B, 2), 2);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    await rm(stateDir, { recursive: true });
  });

  const options = (more: Partial<CleanOptions> = {}): CleanOptions => ({
    hypervisor: world.hypervisor,
    domains: [],
    access: null,
    qemu: 'never',
    allowLiveOnly: false,
    removalRequests: () => Promise.resolve([]),
    kinds: [],
    nic: null,
    maxRisk: 'link-flap',
    choose: null,
    releaseHolders: false,
    apply: false,
    timeoutMs: 2_000,
    openRun: () => openJournal(stateDir, '0.0.0'),
    stateDir,
    lockWaitMs: 1_000,
    progress: silent(),
    signal: new AbortController().signal,
    ...more,
  });
  const look = async () => await scan({ ...options(), askGuest: null, host: 'targets' });
  const usage = (code: string) => (error: unknown) => isHotnicError(error, code) && error.exitCode === 2;

  it('names the NIC that is in the running definition alone, and nothing else', async () => {
    assert.deepEqual(
      ghostsOf(await look()).map(({ domain, nic, verdict }) => [domain, nic.mac, verdict.kind]),
      [['web1', MAC_B, 'live-only']],
    );
  });

  it('passes it over when that is meant', async () => {
    const found = await scan({ ...options({ allowLiveOnly: true }), askGuest: null, host: 'targets' });
    assert.deepEqual(ghostsOf(found), []);
  });

  it('explains it with evidence, what is known, and what would be done', async () => {
    const { finding, symptoms, remedies } = explain(await look(), MAC_B);
    assert.equal(finding.verdict.kind, 'live-only');
    assert.ok(finding.verdict.evidence.length > 0);
    assert.deepEqual(
      symptoms.map(({ id }) => id),
      ['half-a-change'],
    );
    assert.equal(remedies[0]?.risk, 'none');
    assert.ok(remedies[0].acts.every(({ describe }) => describe.length > 0));
  });

  it('says which domain it is when a name fits two, and takes neither', async () => {
    const found = await look();
    assert.throws(() => explain(found, 'net0'), usage('nic-ambiguous'));
    assert.throws(() => explain(found, 'net9'), usage('nic-unknown'));
    await assert.rejects(clean(options({ nic: 'net0' })), usage('nic-ambiguous'));
  });

  it('plans without changing anything, and says that ghosts remain', async () => {
    const before = world.daemon.domain('web1').configXml;
    const { exitCode, treatments } = await clean(options());
    assert.equal(exitCode, 4);
    assert.deepEqual(
      treatments.map(({ outcome, run }) => [outcome, run]),
      [['planned', null]],
    );
    assert.deepEqual(
      [treatments[0]?.plan[0]?.step, treatments[0]?.plan.at(-1)?.step],
      ['still-holds', 'cured'],
    );
    assert.equal(world.daemon.domain('web1').configXml, before);
    assert.deepEqual(await listRuns(stateDir), []);
  });

  it('cures with --apply, journalled, and finds nothing afterwards', async () => {
    const { exitCode, treatments } = await clean(options({ apply: true }));
    assert.deepEqual([exitCode, treatments[0]?.outcome], [0, 'done'], treatments[0]?.summary);
    assert.match(world.daemon.domain('web1').configXml ?? '', new RegExp(MAC_B));
    assert.deepEqual(ghostsOf(await look()), []);
    const run = await readRun(stateDir, treatments[0]?.run ?? '');
    assert.ok(run.entries.some((entry) => entry.type === 'run-end' && entry.outcome === 'done'));
    const again = await clean(options({ apply: true }));
    assert.deepEqual([again.exitCode, again.treatments], [0, []]);
  });

  it('takes the other remedy when it is chosen and its risk is allowed', async () => {
    const refused = await clean(options({ apply: true, choose: 2 }));
    assert.deepEqual([refused.exitCode, refused.treatments[0]?.outcome], [4, 'left']);
    assert.equal(refused.treatments[0]?.next, '--max-risk data-path');
    const done = await clean(options({ apply: true, choose: 2, maxRisk: 'data-path' }));
    assert.equal(done.treatments[0]?.outcome, 'done', done.treatments[0]?.summary);
    assert.doesNotMatch(world.daemon.domain('web1').liveXml ?? '', new RegExp(MAC_B));
  });

  it('narrows by kind and NIC', async () => {
    const treated = async (more: Partial<CleanOptions>) => (await clean(options(more))).treatments.length;
    assert.deepEqual(
      [
        await treated({ kinds: ['live-only'] }),
        await treated({ kinds: ['guest-blind'] }),
        await treated({ nic: MAC_B }),
        await treated({ nic: MAC_A }),
        await treated({ domains: ['well'] }),
      ],
      [1, 0, 1, 0, 0],
    );
  });

  it('does nothing, and says so, when the verdict does not hold any more', async () => {
    const before = world.daemon.calls.length;
    const report = await clean(
      options({
        apply: true,
        openRun: () => {
          // Somebody else is faster.
          void world.hypervisor.act
            .domainLookupByName('web1')
            .then((domain) => domain.attachDeviceFlags(userNic(MAC_B, 2), 2));
          return openJournal(stateDir, '0.0.0');
        },
      }),
    );
    const [treatment] = report.treatments;
    assert.deepEqual([report.exitCode, treatment?.outcome], [0, 'no-longer-holds'], treatment?.summary);
    assert.match(treatment?.summary ?? '', /no longer live-only: nothing was done/);
    const changes = world.daemon.calls
      .slice(before)
      .filter(({ procedure }) => procedure === 'domainAttachDeviceFlags');
    assert.equal(changes.length, 1, 'only the other one has attached');
  });

  it('undoes what it did when the verdict stays', async () => {
    const before = world.daemon.domain('web1').configXml;
    const report = await clean(
      options({
        apply: true,
        timeoutMs: 300,
        finders: {
          'live-only': (finding) => ({
            remedies: [
              {
                kind: 'live-only',
                title: 'do nothing at all',
                risk: 'none',
                riskText: 'none',
                acts: [],
              },
            ],
            byHand: [String(finding.nic.mac)],
          }),
        },
      }),
    );
    assert.deepEqual([report.exitCode, report.treatments[0]?.outcome], [1, 'failed']);
    assert.match(report.treatments[0]?.summary ?? '', /is still live-only after: do nothing at all/);
    assert.equal(world.daemon.domain('web1').configXml, before);
  });

  it('keeps what was done, and ends as pending, where the cure waits for something else', async () => {
    const report = await clean(
      options({
        apply: true,
        finders: {
          'live-only': () => ({
            remedies: [
              {
                kind: 'live-only',
                title: 'isolate it',
                risk: 'none',
                riskText: 'none',
                acts: [],
                pendingUntil: 'the guest resets',
              },
            ],
            byHand: [],
          }),
        },
      }),
    );
    assert.deepEqual([report.exitCode, report.treatments[0]?.outcome], [3, 'pending']);
    assert.match(report.treatments[0]?.summary ?? '', /until the guest resets/);
  });

  it('leaves alone what nothing cures, with what to do by hand', async () => {
    const report = await clean(
      options({
        apply: true,
        finders: { 'live-only': () => ({ remedies: [], byHand: ['do it yourself'] }) },
      }),
    );
    assert.deepEqual(
      [report.exitCode, report.treatments[0]?.outcome, report.treatments[0]?.byHand],
      [4, 'left', ['do it yourself']],
    );
  });
});
