import { existsSync, statSync, writeSync } from 'node:fs';
import { localChannel, sshChannel } from '../../../../lib/channel/index.js';
import { isHotnicError } from '../../../../lib/errors/hotnic-error.js';
import { openHypervisor } from '../../../../lib/hypervisor/open.js';
import { openJournal, type JournalWriter } from '../../../../lib/journal/index.js';
import type { PlanEntry, Recorder } from '../../../../lib/plan/index.js';
import { OPERATIONS, type Told } from '../crash/operations.js';
import { AT_THE_POINT, type FaultOrder } from './order.js';

const PAGE = 4096;

// The process to which the fault happens. It waits for its order, one line of JSON on stdin, and says its report.
const order = JSON.parse(await firstLine()) as FaultOrder;
const { operation, input, stateDir, timeoutMs, ssh } = order;
writeSync(1, `${JSON.stringify(await carriedOut())}\n`);
process.exit(0);

async function carriedOut(): Promise<Told> {
  try {
    await using hypervisor = await openHypervisor('qemu:///system', { host: localChannel() });
    const told = await OPERATIONS[operation]({
      hypervisor,
      stateDir,
      recorder: () => waiting(openJournal(stateDir, 'faults'), order),
      input,
      timeoutMs,
      guest: () => ({ label: 'the guest', open: (signal) => openProxied(signal) }),
    });
    const { outcome, exitCode, summary, details, next } = told;
    return { outcome, exitCode, summary, details, next };
  } catch (error) {
    if (!isHotnicError(error)) throw error;
    const { why, state } = error.details;
    const details = [why, state].filter((line) => line !== undefined);
    const { exitCode, message: summary, code: outcome } = error;
    return { outcome, exitCode, summary, details, next: error.details.next ?? null };
  }
}

/** Stops the whole process, before the record, until the fault has happened: nothing of it can go on beside it. */
function waiting(inner: JournalWriter, { step, moment, goOn, fillPage }: FaultOrder): Recorder & Disposable {
  const type: PlanEntry['type'] = moment === 'begin' ? 'step-begin' : 'note';
  let waited = false;
  return {
    runId: inner.runId,
    guestClock: (offset) => {
      inner.guestClock(offset);
    },
    record(entry) {
      if (!waited && entry.type === type && 'step' in entry && entry.step === step) {
        waited = true;
        if (fillPage) fillLastPage(inner);
        writeSync(1, `${AT_THE_POINT}\n`);
        while (!existsSync(goOn)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      }
      inner.record(entry);
    },
    [Symbol.dispose]: () => {
      inner[Symbol.dispose]();
    },
  };
}

/** Notes up to the end of the file's last page, but for less than any line takes. */
function fillLastPage(journal: JournalWriter): void {
  const size = () => statSync(journal.path).size;
  const note = (length: number) => {
    journal.record({ type: 'note', text: 'x'.repeat(length) });
  };
  const before = size();
  note(1);
  const line = size() - before;
  const left = PAGE - (size() % PAGE);
  note((left > line + 10 ? left : left + PAGE) - line - 2);
}

function openProxied(signal: AbortSignal) {
  const { port, identity, knownHosts } = ssh;
  const endpoint = {
    host: '127.0.0.1',
    port,
    user: 'root',
    identity: [identity],
    knownHosts: [knownHosts],
    configFile: 'none',
  };
  return sshChannel(endpoint, { environment: { home: '/root', user: 'root' }, signal });
}

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n')[0] ?? '';
}
