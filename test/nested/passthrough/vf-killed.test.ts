import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { halfDoneRuns, resumeRun, undoRun } from '../../../lib/operations/recovery/index.js';
import type { VfRow } from '../../../lib/hypervisor/pci/index.js';
import { listRuns } from '../../../lib/journal/index.js';
import { Outer } from '../support/outer.js';
import { PF, VfWorld } from './vf-world.js';
import type { VictimOrder } from './victim-order.js';

const MAC = '52:54:00:00:00:61';
const VICTIM = fileURLToPath(new URL('victim.ts', import.meta.url));

type Case = readonly [VictimOrder['operation'], string, VictimOrder['moment'], 'resume' | 'undo', number?];

const CASES: readonly Case[] = [
  ['attach', 'vf-set', 'before', 'undo'],
  ['attach', 'vf-set', 'after', 'resume'],
  ['detach', 'release', 'before', 'undo'],
  ['detach', 'release', 'during', 'resume', 150],
  ['attach', 'attach-device', 'before', 'undo'],
  ['attach', 'attach-device', 'during', 'resume', 300],
  ['detach', 'release', 'after', 'undo'],
  ['detach', 'vf-return', 'before', 'resume'],
  ['attach', 'attach-device', 'during', 'undo', 600],
  ['attach', 'attach-device', 'after', 'resume'],
  ['detach', 'vf-return', 'during', 'resume', 100],
];

describe('hotnic killed while it gives or takes a VF', function () {
  this.timeout(600_000);
  let outer: Outer;
  let world: VfWorld;
  let own: readonly VfRow[];
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    world = await VfWorld.open(outer, 2);
    own = await world.rows();
  });
  after(async () => {
    await world.close();
    await outer.close();
  });

  const killed = (order: VictimOrder) =>
    new Promise<{ readonly signal: string | null; readonly stdout: string; readonly stderr: string }>(
      (resolve) => {
        const argv = ['--conditions=source', '--import', 'tsx/esm', VICTIM, JSON.stringify(order)];
        execFile(process.execPath, argv, { timeout: 120_000 }, (error, stdout, stderr) => {
          resolve({ signal: error?.signal ?? null, stdout, stderr });
        });
      },
    );
  const isThere = async () => (await outer.run('virsh', 'dumpxml', 'inner')).includes(MAC);

  for (const [operation, step, moment, how, delayMs = 0] of CASES)
    it(`${operation}: ${moment} ${step}, then ${how}`, async () => {
      if (operation === 'attach' && (await isThere())) await world.detach(MAC);
      if (operation === 'detach' && !(await isThere()))
        await world.attach(
          { vf: { pf: PF.netdev, index: 0 }, mac: MAC, vlan: { tags: [{ id: 7 }] } },
          { vf: { settings: { trust: true }, createVfs: null } },
        );
      const dressed = (await world.rows())[0];
      const { signal, stdout, stderr } = await killed({
        operation,
        state: world.state,
        mac: MAC,
        step,
        moment,
        delayMs,
      });
      assert.equal(signal, 'SIGKILL', stdout + stderr);
      assert.equal((await halfDoneRuns(world.state)).length, 1);
      const run = (await listRuns(world.state)).at(-1) ?? '';
      const recovered = await (how === 'resume' ? resumeRun : undoRun)(world.recovering(run));
      assert.equal(recovered.outcome, 'done', recovered.summary);
      const there = (operation === 'attach') === (how === 'resume');
      assert.equal(await isThere(), there);
      const rows = await world.rows();
      if (!there) assert.deepEqual(rows, own);
      else if (operation === 'detach') assert.deepEqual(rows[0], dressed);
      else assert.deepEqual([rows[0]?.mac, rows[0]?.vlan, rows[0]?.trust], [MAC, 7, true]);
      assert.equal((await halfDoneRuns(world.state)).length, 0);
    });
});
