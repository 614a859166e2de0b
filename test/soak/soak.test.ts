import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { LabMachine } from '../../lib/lab/index.js';
import { cycle, SOURCES, type CycleTimes } from '../lab/support/cycles.js';
import { LAB, labAddGuest, labRemoveGuest } from '../lab/support/lab.js';
import { taps } from '../lab/support/state.js';

const ROUNDS = 100;
// A native slot takes over 6 s for a removal: first, because it takes longest.
const MACHINES: readonly LabMachine[] = ['q35-native', 'q35', 'i440fx'];

interface Result {
  readonly machine: string;
  readonly network: string;
  readonly times: CycleTimes;
}

describe(`${ROUNDS} cycles of attach and detach, proved at both ends`, function () {
  this.timeout(3 * 60 * 60 * 1000);
  const results: Result[] = [];
  const tapsBefore = taps();

  for (const machine of MACHINES)
    // A guest for each kind of network, all three at the same time.
    it(`${machine}: ${SOURCES.map(({ type }) => type).join(', ')}`, async () => {
      const guests = SOURCES.map((source) => ({ source, name: `soak-${source.type}` }));
      for (const { name } of guests) await labAddGuest(LAB, { name, machine });
      try {
        const runs = guests.map(async ({ source, name }) => {
          results.push({ machine, network: source.type, times: await cycle(name, source, ROUNDS) });
        });
        const failed = (await Promise.allSettled(runs)).filter(({ status }) => status === 'rejected');
        assert.deepEqual(failed, []);
      } finally {
        for (const { name } of guests) await labRemoveGuest(LAB, name);
        writeFileSync('docs/soak.md', report(results));
      }
    });

  it('leaves no tap on the host', () => {
    assert.deepEqual(taps(), tapsBefore);
  });
});

function report(results: readonly Result[]): string {
  const rows = results.map(({ machine, network, times: { attachMs, detachMs } }) =>
    [
      machine,
      network,
      attachMs.length,
      median(attachMs),
      Math.max(...attachMs),
      median(detachMs),
      Math.max(...detachMs),
    ].join(' | '),
  );
  return `# Soak test

\`npm run test:soak\`: attach and detach of a virtio NIC, ${ROUNDS} times on each machine and kind of network. Every cycle is
proved in both definitions and in the guest; afterwards definitions, taps and the guest's devices are as before. A cycle
that is not proved ends the run of its guest, and it has no row here.

Last run: ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}.
Guests are emulated unless the machine has KVM; three run at the same time. Times in ms, opening the SSH connection
included.

| machine | network | cycles proved | attach, median | attach, longest | detach, median | detach, longest |
| ------- | ------- | ------------- | -------------- | --------------- | -------------- | --------------- |
${rows.map((row) => `| ${row} |`).join('\n')}
`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
