import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { cycle, SOURCES, type CycleTimes } from '../lab/support/cycles.js';
import { MACHINES } from '../lab/support/lab.js';
import { taps } from '../lab/support/state.js';

const ROUNDS = 100;

describe(`${ROUNDS} cycles of attach and detach, proved at both ends`, function () {
  this.timeout(3 * 60 * 60 * 1000);
  const results: { machine: string; type: string; times: CycleTimes }[] = [];
  const tapsBefore = taps();

  for (const machine of MACHINES)
    for (const source of SOURCES)
      it(`${machine}, ${source.type}`, async () => {
        results.push({ machine, type: source.type, times: await cycle(machine, source, ROUNDS) });
      });

  it('leaves no tap on the host', () => {
    assert.deepEqual(taps(), tapsBefore);
  });

  after(() => {
    writeFileSync('docs/soak.md', report(results));
  });
});

function report(results: readonly { machine: string; type: string; times: CycleTimes }[]): string {
  const median = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const rows = results.map(
    ({ machine, type, times: { attachMs, detachMs } }) =>
      `| ${machine} | ${type} | ${attachMs.length} | ${median(attachMs)} | ${Math.max(...attachMs)} | ${median(detachMs)} | ${Math.max(...detachMs)} |`,
  );
  return `# Soak test

\`npm run test:soak\`: attach and detach of a virtio NIC, ${ROUNDS} times on each lab machine and kind of network. Every cycle
is proved in both definitions and in the guest, and afterwards definitions, taps and the guest's devices are as before.

Last run: ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version},
guests emulated unless the machine has KVM. Times in ms, opening the SSH connection included.

| machine | network | cycles | attach, median | attach, longest | detach, median | detach, longest |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
