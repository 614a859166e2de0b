import { localChannel } from '../../../../lib/channel/index.js';
import { openHypervisor } from '../../../../lib/hypervisor/open.js';
import { openJournal, type JournalWriter } from '../../../../lib/journal/index.js';
import type { PlanEntry, Recorder } from '../../../../lib/plan/index.js';
import { OPERATIONS } from './operations.js';
import type { CrashOrder } from './order.js';

// The process that is killed. It is started ahead of time and waits for its order: one line of JSON on stdin.
const order = JSON.parse(await firstLine()) as CrashOrder;
const journal = openJournal(order.stateDir, 'crash');
const hypervisor = await openHypervisor('qemu:///system', { host: localChannel() });
const { outcome, summary } = await OPERATIONS[order.operation]({
  hypervisor,
  stateDir: order.stateDir,
  recorder: () => deadly(journal, order),
  input: order.input,
});
process.stdout.write(`ended without a crash: ${outcome}, ${summary}\n`);
process.exit(0);

/** Kills the process at the chosen record. */
function deadly(inner: JournalWriter, { step, moment }: CrashOrder): Recorder & Disposable {
  const dies = (entry: PlanEntry, type: PlanEntry['type']) =>
    entry.type === type && 'step' in entry && entry.step === step;
  return {
    runId: inner.runId,
    guestClock: (offset) => {
      inner.guestClock(offset);
    },
    [Symbol.dispose]: () => {
      inner[Symbol.dispose]();
    },
    record(entry) {
      if (moment === 'after' && dies(entry, 'step-end')) die();
      inner.record(entry);
      if (moment === 'before' && dies(entry, 'step-begin')) die();
      if (moment === 'during' && dies(entry, 'note')) die();
    },
  };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function firstLine(): Promise<string> {
  process.stdout.write('ready\n');
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n')[0] ?? '';
}
