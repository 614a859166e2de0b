import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal, readRun, listRuns } from '../../lib/journal/index.js';
import type { Recorder } from '../../lib/plan/index.js';
import { attachTo } from '../operations/attaching.js';
import { detachFrom, whereIs } from '../operations/detaching.js';
import { domainXml, MAC_A, userNic } from '../operations/domains.js';
import { openWorld } from '../operations/world.js';

// Runs in a mount namespace where argv[2] is a small tmpfs: the disk is filled up when a step begins or ends.
const [, , folder = '', operation = '', type = '', step = ''] = process.argv;

function fill(): void {
  const fd = openSync(join(folder, 'filler'), 'w');
  try {
    for (const size of [4096, 64, 1]) {
      try {
        for (;;) writeSync(fd, Buffer.alloc(size));
      } catch {
        // Full in steps of that size.
      }
    }
  } finally {
    closeSync(fd);
  }
}

const journal = openJournal(folder, 'test');

/** The file's last page has room for lines on a disk that is full: it is used up, but for a few bytes. */
function fillPage(): void {
  const size = () => statSync(journal.path).size;
  const note = (length: number) => {
    journal.record({ type: 'note', text: 'x'.repeat(length) });
  };
  const before = size();
  note(0);
  const overhead = size() - before + 2;
  let room = 4096 - (size() % 4096);
  if (room < overhead) room += 4096;
  note(room - overhead);
}
const recorder: Recorder = {
  runId: journal.runId,
  record(entry) {
    if (entry.type === type && 'step' in entry && entry.step === step) {
      fillPage();
      fill();
    }
    journal.record(entry);
  },
};
await using world = await openWorld({ domains: [{ xml: domainXml({ nics: [userNic(MAC_A, 1)] }) }] });
const mac = operation === 'attach' ? '52:54:00:00:00:0c' : MAC_A;
const { outcome, exitCode, summary } =
  operation === 'attach'
    ? await attachTo(world, { mac }, { recorder: () => recorder })
    : await detachFrom(world, { recorder: () => recorder });
const run = await readRun(folder, journal.runId);
process.stdout.write(
  `${JSON.stringify({
    outcome,
    exitCode,
    summary,
    where: whereIs(world.daemon, mac),
    damage: run.damage,
    last: run.entries.at(-1)?.type,
    open: await listRuns(folder, ['open']),
  })}\n`,
);
