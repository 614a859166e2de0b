import { openJournal } from '../../../lib/journal/index.js';
import type { PlanEntry, Recorder } from '../../../lib/plan/index.js';
import { Outer } from '../support/outer.js';
import { Nodedevs } from './nodedevs.js';

/** Dies by its own hand right after its journal has got so many lines. */
const [, , state = '', device = '', lines = '0'] = process.argv;
const outer = await Outer.open();
const nodedevs = await Nodedevs.open(outer, state);
const journal = openJournal(state, 'victim');
let left = Number(lines);
const recorder: Recorder = {
  runId: journal.runId,
  record(entry: PlanEntry) {
    journal.record(entry);
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
};
const force = { addresses: true, defaultRoute: false };
const { outcome, summary } = await nodedevs.change('recover', device, { recorder: () => recorder, force });
process.stdout.write(`ended without a crash: ${outcome}, ${summary}\n`);
process.exit(0);
