import assert from 'node:assert/strict';
import { listRuns, readRun, settledOf, summarize } from '../../../lib/journal/index.js';
import { CASES, type FaultCase } from '../support/faults/cases.js';
import { lies } from '../support/faults/claims.js';
import { openScene, type OpenScene } from '../support/faults/scene.js';
import { shown, truthOf, type Truth } from '../support/faults/truth.js';

interface Row {
  readonly operation: string;
  readonly fault: string;
  readonly moment: string;
  readonly exit: number;
  readonly outcome: string;
  readonly state: string;
  then: string;
}

describe('a fault in the middle of a change', function () {
  this.timeout(300_000);
  const rows: Row[] = [];
  after(() => {
    console.table(rows);
  });

  for (const domain of new Set(CASES.map((one) => one.domain)))
    describe(domain, () => {
      let scene: OpenScene;
      before(async () => {
        scene = await openScene(domain);
      });
      after(() => scene[Symbol.asyncDispose]());
      for (const one of CASES.filter((other) => other.domain === domain))
        it(`${one.operation.name}, ${one.fault.name} ${one.moment} ${one.step}: the report is true, nothing is lost`, async () => {
          await goThrough(one, scene);
        });
    });

  async function goThrough({ operation, fault, step, moment, exits }: FaultCase, scene: OpenScene) {
    const { domain } = scene;
    const { mac } = operation;
    await operation.prepare(scene);
    const before = await truthOf(domain, mac);
    assert.equal(operation.side(before), 'before', shown(before));
    const known = new Set(await listRuns(scene.stateDir));
    const { reached, told, said } = await scene.carryOut(operation, { step, moment }, fault);
    try {
      assert.ok(reached, `${step} was never reached: ${said}`);
      assert.ok(told, said);
      const now = await truthOf(domain, mac);
      const run = (await listRuns(scene.stateDir)).find((id) => !known.has(id)) ?? null;
      const row = {
        ...{ operation: operation.name, fault: fault.name, moment: `${moment} ${step}` },
        ...{ exit: told.exitCode, outcome: told.outcome, state: shown(now), then: 'FAILED' },
      };
      rows.push(row);
      const report = JSON.stringify(told);
      assert.deepEqual(lies(told, now, before), [], `${report}, and it is: ${shown(now)}`);
      const exit = told.exitCode;
      assert.ok(
        exits.some((one) => one === exit),
        `${exits.join(' or ')} was expected: ${report}`,
      );
      assert.equal(told.outcome, OUTCOMES[exit], report);
      if (exit === 1) assert.ok(isBefore(now, before), `${report}, and it is: ${shown(now)}`);
      if (exit === 0) assert.equal(operation.side(now), 'after', report);
      if (exit === 3 || exit === 5) assert.ok(told.details.length > 0 && told.next !== null, report);
      assert.ok(run, 'the run is in the journal');
      const recorded = await readRun(scene.stateDir, run);
      assert.deepEqual(recorded.damage, []);
      assert.equal(summarize(recorded).outcome, told.outcome);

      await scene.mend();
      if (exit === 0 || exit === 1) {
        const later = await truthOf(domain, mac);
        assert.equal(operation.side(later), exit === 0 ? 'after' : 'before', shown(later));
        row.then = 'it stays so';
        return;
      }
      const how = rows.length % 2 === 0 ? 'undo' : 'resume';
      const mended = await scene.recover(how, run);
      const later = await truthOf(domain, mac);
      row.then = `${how}: ${mended.outcome}, ${shown(later)}`;
      assert.equal(
        mended.outcome,
        'done',
        `${report}; ${how}: ${mended.summary} ${mended.details.join(' ')}`,
      );
      assert.equal(operation.side(later), how === 'resume' ? 'after' : 'before', shown(later));
      assert.notEqual(settledOf(await readRun(scene.stateDir, run)), null);
    } finally {
      await scene.settle();
    }
  }
});

const OUTCOMES: Readonly<Record<number, string>> = { 0: 'done', 1: 'failed', 3: 'pending', 5: 'half' };

/** A guest that cannot be asked now is looked at once it can. */
function isBefore(now: Truth, before: Truth): boolean {
  const guest = now.guest === null || (now.guest === before.guest && now.up === before.up);
  return now.live === before.live && now.config === before.config && guest;
}
