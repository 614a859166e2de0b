import { Outer } from '../support/outer.js';
import type { PlanEntry } from '../../../lib/plan/index.js';
import { openJournal } from '../../../lib/journal/index.js';
import { PF, VfWorld } from './vf-world.js';
import type { VictimOrder } from './victim-order.js';

// The process that is killed, by its own hand at the moment that it was told of.
const order = JSON.parse(process.argv[2] ?? '{}') as VictimOrder;
const outer = await Outer.open();
const world = await VfWorld.connect(outer, order.state);
const journal = openJournal(order.state, 'victim');
const die = () => process.kill(process.pid, 'SIGKILL');
const fits = (entry: PlanEntry, type: PlanEntry['type']) =>
  entry.type === type && 'step' in entry && entry.step === order.step;
const recorder = {
  runId: journal.runId,
  record(entry: PlanEntry) {
    if (order.moment === 'after' && fits(entry, 'step-end')) die();
    journal.record(entry);
    if (order.moment === 'before' && fits(entry, 'step-begin')) die();
    if (order.moment === 'during' && fits(entry, 'step-begin')) setTimeout(die, order.delayMs);
  },
};
const { outcome, summary } =
  order.operation === 'attach'
    ? await world.attach(
        { vf: { pf: PF.netdev, index: 0 }, mac: order.mac, vlan: { tags: [{ id: 7 }] } },
        { vf: { settings: { trust: true }, createVfs: null }, recorder: () => recorder },
      )
    : await world.detach(order.mac, { recorder: () => recorder });
process.stdout.write(`ended without a crash: ${outcome}, ${summary}\n`);
process.exit(0);
