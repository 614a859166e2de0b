import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'node-libvirt';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import { listRuns, openJournal, readRun, settledOf } from '../../../lib/journal/index.js';
import { halfDoneRuns, resumeRun, undoRun } from '../../../lib/operations/recovery/index.js';
import { GuestSessions } from '../../../lib/operations/ghosts/guest-sessions.js';
import { casesOf, type CrashCase } from '../support/crash/cases.js';
import { cleanPlans } from '../support/crash/clean-plans.js';
import { worldOf } from '../support/crash/operations.js';
import { nicPlans, type CrashPlan, type Stage } from '../support/crash/plans.js';
import { Victims } from '../support/crash/victim.js';
import { libvirt, sharedGuest } from '../support/lab.js';
import { hypervisor } from '../support/operations.js';

const SILENT = { info() {}, waiting() {}, step() {} };

interface Row {
  readonly plan: string;
  readonly step: string;
  readonly killed: string;
  readonly then: string;
  readonly outcome: string;
  readonly side: string;
}

describe('a process that is killed at any step of a plan', function () {
  this.timeout(120_000);
  const rows: Row[] = [];
  let victims: Victims;
  let connection: Connection;
  let at: Hypervisor;
  let state: string;

  before(async () => {
    victims = new Victims();
    connection = await libvirt();
    at = await hypervisor();
    state = await mkdtemp(join(tmpdir(), 'hotnic-crash-'));
  });
  after(async () => {
    await victims[Symbol.asyncDispose]();
    await connection.close();
    await at[Symbol.asyncDispose]();
    await rm(state, { recursive: true });
    console.table(rows);
  });

  async function recover(how: 'resume' | 'undo', run: string, { guest }: Stage) {
    const opened: Disposable[] = [];
    await using guests = new GuestSessions(() => guest);
    const recorder = () => {
      const journal = openJournal(state, 'crash');
      opened.push(journal);
      return journal;
    };
    try {
      return await (how === 'resume' ? resumeRun : undoRun)({
        hypervisor: at,
        stateDir: state,
        run,
        guest,
        world: worldOf(at, (domain, signal) => guests.session(domain, signal)),
        timeoutMs: 30_000,
        dryRun: false,
        recorder,
        signal: new AbortController().signal,
        progress: SILENT,
      });
    } finally {
      for (const one of opened) one[Symbol.dispose]();
    }
  }

  /** Plans of one group share their NIC: what one case leaves behind is what another begins with. */
  function matrix(domain: string, what: string, groups: readonly (readonly CrashPlan[])[]) {
    describe(`${what} on ${domain}`, () => {
      let stage: Stage;
      let shared: Awaited<ReturnType<typeof sharedGuest>>;
      before(async () => {
        shared = await sharedGuest(domain);
        stage = { hypervisor: at, connection, guest: shared.access, domain };
      });
      after(() => shared[Symbol.asyncDispose]());

      for (const plans of groups)
        describe(plans.map(({ name }) => name).join(', '), () => {
          const clear = async () => {
            for (const plan of plans) await plan.clear?.(stage);
          };
          before(clear);
          after(clear);
          for (const one of casesOf(plans))
            it(`${one.plan.name}, killed ${one.moment} ${one.step}: ${one.how} ends on one side of the change`, async () => {
              await goThrough(one, stage);
            });
        });
    });
  }

  async function goThrough({ plan, step, moment, how }: CrashCase, stage: Stage): Promise<void> {
    await plan.prepare(stage);
    const { operation, input } = plan;
    const { killed, said } = await victims.crash({ operation, input, stateDir: state, step, moment });
    assert.ok(killed, said);
    const run = (await listRuns(state, ['open'])).at(-1) ?? '';
    const undoable = how === 'resume' || (plan.undoable?.(step) ?? true);
    if (!undoable) await assert.rejects(recover('undo', run, stage), { code: 'not-undoable' });
    const then = undoable ? how : 'resume';
    const { outcome, summary, details } = await recover(then, run, stage);
    const side = await plan.side(stage);
    const shown = undoable ? how : 'undo refused, resume';
    rows.push({ plan: plan.name, step, killed: moment, then: shown, outcome, side });
    // A request that cannot be taken back may have been granted before the undo: then it is put back.
    assert.equal(outcome, 'done', `${summary} ${details.join(' ')}`);
    assert.equal(side, then === 'resume' ? 'after' : 'before');
    assert.notEqual(settledOf(await readRun(state, run)), null);
    assert.deepEqual(await halfDoneRuns(state), []);
    assert.deepEqual(await listRuns(state, ['open']), []);
  }

  const acpi = nicPlans('lab-q35');
  matrix(
    'lab-q35',
    'cures',
    cleanPlans('lab-q35').map((plan) => [plan]),
  );
  matrix('lab-q35', 'changes', [[acpi.attach, acpi.detach, acpi.update, acpi.acts]]);
  // What differs in a native slot is how long the guest takes; its other steps are those of the ACPI slot.
  const native = nicPlans('lab-q35-native').detach;
  matrix('lab-q35-native', 'changes', [[{ ...native, steps: ['release', 'remove-config'] }]]);
});
