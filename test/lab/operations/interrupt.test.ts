import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'node-libvirt';
import { listRuns, readRun, summarize } from '../../../lib/journal/index.js';
import { hotnic, start } from '../support/hotnic.js';
import { libvirt, MACHINES } from '../support/lab.js';
import { macs } from '../support/state.js';

const STEPS = {
  attach: ['watch-guest', 'attach-device', 'prove-definitions', 'prove-guest', 'settle'],
  detach: ['listen', 'quiesce', 'release', 'remove-config', 'prove-guest', 'prove-definitions'],
} as const;

describe('an interrupt at any step', function () {
  this.timeout(180_000);
  let connection: Connection;
  let state: string;

  before(async () => {
    connection = await libvirt();
    state = await mkdtemp(join(tmpdir(), 'hotnic-interrupt-'));
  });
  after(async () => {
    await connection.close();
    await rm(state, { recursive: true });
  });

  async function lastRun() {
    const id = (await listRuns(state)).at(-1) ?? '';
    return summarize(await readRun(state, id));
  }

  /** Starts a command, interrupts it when `step` begins, and gives both definitions before and after. */
  async function interrupted(domain: string, step: string, words: string[]) {
    const before = await macs(connection, domain);
    const running = start(...words, '--state-dir', state, '--verbose');
    await running.said(`step ${step}: begin`);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    return { before, after: await macs(connection, domain), ended, run: await lastRun() };
  }

  for (const domain of MACHINES) {
    for (const step of STEPS.attach) {
      it(`attach to ${domain}, at ${step}: both definitions are as before, or both have the NIC`, async () => {
        const { before, after, ended, run } = await interrupted(domain, step, [
          'attach',
          domain,
          '--network',
          'default',
          '--settle',
          '2',
        ]);
        try {
          assert.deepEqual(after.live, after.config);
          const changed = after.live.length !== before.live.length;
          assert.ok(
            changed ? ['done', 'interrupted'].includes(run.outcome) : run.outcome === 'interrupted',
            `${run.outcome}, ${ended.stderr}`,
          );
          assert.equal(ended.code, run.outcome === 'done' ? 0 : 130, ended.stderr);
          assert.match(
            ended.stdout,
            run.outcome === 'done' ? /attach/ : changed ? /after the change/ : /before the change/,
          );
        } finally {
          for (const mac of after.live.filter((one) => !before.live.includes(one)))
            await hotnic('detach', domain, mac, '--state-dir', state);
        }
        assert.deepEqual(await macs(connection, domain), before);
      });
    }

    describe(`detach from ${domain}`, () => {
      let mac: string;
      beforeEach(async () => {
        const { json, code, stderr } = await hotnic(
          'attach',
          domain,
          '--network',
          'default',
          '--json',
          '--state-dir',
          state,
        );
        assert.equal(code, 0, stderr);
        mac = json['mac'] as string;
      });
      afterEach(async () => {
        const left = await macs(connection, domain);
        if (left.live.includes(mac)) await hotnic('detach', domain, mac, '--state-dir', state);
      });

      it('a second after the guest was asked: what it lets go meanwhile leaves both definitions', async () => {
        const running = start('detach', domain, mac, '--state-dir', state, '--verbose');
        await running.said('step release: begin');
        await sleep(1_000);
        running.child.kill('SIGINT');
        const ended = await running.ended;
        assert.equal(ended.code, 0, ended.stderr);
        const after = await macs(connection, domain);
        assert.deepEqual([...after.live, ...after.config].includes(mac), false);
      });

      for (const step of STEPS.detach) {
        it(`at ${step}: the NIC is in both definitions, or in none`, async () => {
          const { after, ended, run } = await interrupted(domain, step, ['detach', domain, mac]);
          assert.equal(after.live.includes(mac), after.config.includes(mac));
          const gone = !after.live.includes(mac);
          assert.equal(run.outcome, gone ? 'done' : 'interrupted', ended.stderr);
          assert.equal(ended.code, gone ? 0 : 130);
        });
      }
    });
  }
});
