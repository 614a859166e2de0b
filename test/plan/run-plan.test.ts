import assert from 'node:assert/strict';
import {
  InterruptedError,
  PendingError,
  runPlan,
  type Plan,
  type PlanEntry,
  type Progress,
  type Step,
} from '../../lib/plan/index.js';

const silent: Progress = { info() {}, waiting() {}, step() {} };

function recorded(steps: readonly Step[], signal = new AbortController().signal) {
  const entries: PlanEntry[] = [];
  const plan: Plan = { title: 'try', operation: 'test', subject: 'nothing', steps };
  const recorder = { runId: 'r', record: (entry: PlanEntry) => void entries.push(entry) };
  const line = (entry: PlanEntry) => ('step' in entry ? `${entry.type} ${entry.step ?? ''}` : entry.type);
  return runPlan(plan, { recorder, signal, progress: silent }).then((result) => ({
    result,
    lines: entries.map(line),
    entries,
  }));
}

function step(name: string, log: string[], run: Step['run'] = async () => undefined): Step {
  return {
    name,
    describe: name,
    run,
    undo: async () => void log.push(`undo ${name}`),
  };
}

const fails = async () => {
  throw new Error('no');
};

describe('running a plan', () => {
  it('records every step before and after it runs', async () => {
    const { result, lines } = await recorded([step('one', []), step('two', [])]);
    assert.equal(result.outcome, 'done');
    assert.deepEqual(lines, [
      'run-begin',
      'step-begin one',
      'step-end one',
      'step-begin two',
      'step-end two',
      'run-end',
    ]);
  });

  it('undoes the steps in reverse when one fails, the failed one first', async () => {
    const log: string[] = [];
    const { result, lines } = await recorded([
      step('one', log),
      step('two', log),
      step('three', log, fails),
      step('four', log),
    ]);
    assert.equal(result.outcome, 'failed');
    assert.deepEqual(log, ['undo three', 'undo two', 'undo one']);
    assert.equal(lines.includes('step-begin four'), false);
  });

  it('says what it could not undo, and goes on undoing the rest', async () => {
    const log: string[] = [];
    const stuck: Step = { ...step('two', log), undo: fails };
    const { result } = await recorded([step('one', log), stuck, step('three', log, fails)]);
    assert.equal(result.outcome, 'half');
    assert.deepEqual(
      result.notUndone.map((left) => left.step),
      ['two'],
    );
    assert.deepEqual(log, ['undo three', 'undo one']);
  });

  it('keeps everything when a request is accepted and not proved', async () => {
    const log: string[] = [];
    const pending = async () => {
      throw new PendingError('asked', 'the guest');
    };
    const { result } = await recorded([step('one', log), step('two', log, pending)]);
    assert.equal(result.outcome, 'pending');
    assert.deepEqual(log, []);
  });

  it('fails a step whose effect is not confirmed', async () => {
    const log: string[] = [];
    const { result } = await recorded([{ ...step('one', log), confirm: fails }]);
    assert.equal(result.outcome, 'failed');
    assert.deepEqual(log, ['undo one']);
  });

  it('undoes and stops before the next step when interrupted', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const interrupts = async () => {
      controller.abort();
      return undefined;
    };
    const { result } = await recorded([step('one', log, interrupts), step('two', log)], controller.signal);
    assert.equal(result.outcome, 'interrupted');
    assert.equal(result.state, 'before');
    assert.deepEqual(log, ['undo one']);
  });

  it('keeps the change when the interrupt comes before a step that only proves it', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const interrupts = async () => {
      controller.abort();
      return undefined;
    };
    const proves: Step = { ...step('two', log), onInterrupt: 'keep' };
    const { result } = await recorded([step('one', log, interrupts), proves], controller.signal);
    assert.equal(result.state, 'after');
    assert.deepEqual(log, []);
  });

  it('runs a step to its end that must not be left out once the change has begun', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const interrupts = async () => {
      controller.abort();
      return undefined;
    };
    const second: Step = {
      ...step('two', log, async () => {
        log.push('two');
        return undefined;
      }),
      onInterrupt: 'finish',
    };
    const { result } = await recorded([step('one', log, interrupts), second], controller.signal);
    assert.equal(result.outcome, 'done');
    assert.deepEqual(log, ['two']);
  });

  it('undoes nothing when the interrupted step stopped after the change', async () => {
    const log: string[] = [];
    const after = async () => {
      throw new InterruptedError('stopped', 'after');
    };
    const { result, entries } = await recorded([step('one', log), step('two', log, after)]);
    assert.equal(result.state, 'after');
    assert.deepEqual(log, []);
    assert.deepEqual(entries.at(-1), {
      type: 'run-end',
      outcome: 'interrupted',
      error: 'stopped',
      state: 'after',
    });
  });

  describe('with a record that can no longer be written', () => {
    /** The record fails from this entry on. */
    async function failingAt(steps: readonly Step[], fails: (entry: PlanEntry) => boolean) {
      let failed = false;
      const recorder = {
        runId: 'r',
        record: (entry: PlanEntry) => {
          failed ||= fails(entry);
          if (failed) throw new Error('no space');
        },
      };
      const plan: Plan = { title: 'try', operation: 'test', subject: 'nothing', steps };
      return await runPlan(plan, { recorder, signal: new AbortController().signal, progress: silent });
    }
    const ends = (name: string) => (entry: PlanEntry) => entry.type === 'step-end' && entry.step === name;
    const does = (name: string, log: string[]): Step =>
      step(name, log, async () => {
        log.push(name);
        return undefined;
      });

    it('begins no further step, and undoes what was done', async () => {
      const log: string[] = [];
      const result = await failingAt([does('one', log), does('two', log)], ends('one'));
      assert.deepEqual([result.outcome, result.error?.message], ['failed', 'no space']);
      assert.deepEqual(log, ['one', 'undo one']);
    });

    it('runs the steps that must not be left out', async () => {
      const log: string[] = [];
      const second: Step = { ...does('two', log), onInterrupt: 'finish' };
      const { outcome } = await failingAt([does('one', log), second], ends('one'));
      assert.equal(outcome, 'done');
      assert.deepEqual(log, ['one', 'two']);
    });

    it('changes nothing when not even the first record can be written', async () => {
      const log: string[] = [];
      await assert.rejects(
        failingAt([does('one', log)], () => true),
        /no space/,
      );
      assert.deepEqual(log, []);
    });

    it('does not change what could not be undone for want of what was saved', async () => {
      const log: string[] = [];
      const saving: Step = {
        ...step('one', log, async ({ save }) => {
          save?.('how it was');
          log.push('one');
          return undefined;
        }),
      };
      const { outcome } = await failingAt([saving], (entry) => entry.type === 'note');
      assert.equal(outcome, 'failed');
      assert.deepEqual(log, ['undo one']);
    });
  });

  it('gives each step a name of its own in the record', async () => {
    const { lines } = await recorded([step('act', []), step('act', [])]);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('step-begin')),
      ['step-begin act', 'step-begin act-2'],
    );
  });
});
