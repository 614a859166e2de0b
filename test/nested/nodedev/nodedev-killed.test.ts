import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { halfDoneRuns, resumeRun, undoRun } from '../../../lib/operations/recovery/index.js';
import type { PciAddress } from '../../../lib/nic/pci-address.js';
import { Outer } from '../support/outer.js';
import { Nodedevs } from './nodedevs.js';

const DEVICE = '0000:02:00.0' as PciAddress;
const VICTIM = fileURLToPath(new URL('victim.ts', import.meta.url));

describe('hotnic killed between the steps of a recovery', function () {
  this.timeout(1_200_000);
  let outer: Outer;
  let nodedevs: Nodedevs;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    nodedevs = await Nodedevs.open(outer);
    await outer.sh(
      'ip link set enp2s0 mtu 1400 up; ip address replace 192.0.2.4/24 dev enp2s0; ip route replace 198.51.100.0/24 via 192.0.2.1 dev enp2s0 metric 7',
    );
  });
  after(async () => {
    await nodedevs[Symbol.asyncDispose]();
    await outer.close();
  });

  const killedAfter = (lines: number) =>
    new Promise<{ readonly signal: string | null; readonly said: string }>((resolve) => {
      const argv = [
        '--conditions=source',
        '--import',
        'tsx/esm',
        VICTIM,
        nodedevs.state,
        DEVICE,
        String(lines),
      ];
      execFile(process.execPath, argv, { timeout: 300_000 }, (error, stdout, stderr) => {
        resolve({ signal: error?.signal ?? null, said: stdout + stderr });
      });
    });

  // The journal of a recovery: begin; detach begins, saved, ends; reset begins, notes, ends; reattach begins, saved,
  // ends; restore begins, ends.
  for (const [lines, how] of [2, 3, 4, 5, 6, 8, 9, 10, 11, 12].flatMap((at) => [
    [at, 'resume'] as const,
    [at, 'undo'] as const,
  ]))
    it(`after ${lines} lines of its journal: ${how} brings the function home as it was`, async () => {
      const before = await nodedevs.shown('enp2s0');
      const { signal, said } = await killedAfter(lines);
      assert.equal(signal, 'SIGKILL', said);
      const [half] = await halfDoneRuns(nodedevs.state, [DEVICE]);
      assert.ok(half, said);
      await assert.rejects(nodedevs.change('detach', DEVICE), /cut off/);
      const recovered = await (how === 'resume' ? resumeRun : undoRun)(nodedevs.recovering(half.run));
      assert.equal(recovered.outcome, 'done', `${recovered.summary} ${recovered.details.join('; ')}`);
      assert.equal(await nodedevs.driverOf(DEVICE), 'e1000e');
      assert.equal(await nodedevs.shown('enp2s0'), before);
      assert.deepEqual(await halfDoneRuns(nodedevs.state), []);
    });
});
