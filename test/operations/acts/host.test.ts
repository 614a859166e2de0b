import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Channel } from '../../../lib/channel/channel.js';
import { HotnicError } from '../../../lib/errors/hotnic-error.js';
import { parseXenstore } from '../../../lib/hypervisor/host/xenstore.js';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import { actStep } from '../../../lib/operations/acts/act-step.js';
import type { PlannedAct } from '../../../lib/operations/acts/act.js';
import { hostOrphanCure } from '../../../lib/operations/ghosts/remedies/host-orphan.js';
import { xenstoreResidueCure } from '../../../lib/operations/ghosts/remedies/xenstore-residue.js';
import type { Sighting } from '../../../lib/nic/sighting.js';
import { xenNic } from '../../../lib/planes/host-leftover.js';
import { judgeLeftover } from '../../../lib/verdicts/leftover.js';

const listing = readFileSync(
  new URL('../../hypervisor/host/fixtures/xenstore-ls.txt', import.meta.url),
  'utf8',
);
const HOST = { evidence: null, state: 'read', leftovers: [] } as const;

/** A dom0 whose xenstore is this listing; what is removed is gone. */
function dom0(text = listing): Channel & { readonly removed: string[] } {
  const removed: string[] = [];
  const answer = (stdout: string) => Promise.resolve({ status: 0, signal: null, stdout, stderr: '' });
  const refuse = () => Promise.reject(new Error('the test did not expect this'));
  return {
    removed,
    label: 'dom0',
    run: ([command, path = '']) => {
      if (command === 'xenstore-rm') removed.push(path);
      else if (command !== 'xenstore-ls') throw new HotnicError('command-not-found', command ?? '');
      const lines = text.split('\n').filter((line) => !removed.some((gone) => line.startsWith(gone)));
      return answer(command === 'xenstore-ls' ? lines.join('\n') : '');
    },
    lines: refuse,
    readFile: refuse,
    writeFile: refuse,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function runAct(planned: PlannedAct, host: Channel): Promise<unknown> {
  const world = {
    hypervisor: { host } as unknown as Hypervisor,
    guest: () => Promise.reject(new Error('no guest')),
    timeoutMs: 1000,
  };
  const step = actStep(planned, world);
  const context = {
    signal: new AbortController().signal,
    progress: { info: () => undefined, waiting: () => undefined, step: () => undefined },
    note: () => undefined,
  };
  const output = await step.run(context);
  await step.confirm?.(context);
  return output;
}

const remove = (path: string): PlannedAct => ({ act: 'xenstore-remove', input: { path } });

describe('residue in xenstore', () => {
  const vifs = parseXenstore(listing);
  const nicOf = (device: number, domain: number) => {
    const vif = vifs.find((one) => one.frontendDomain === domain && one.device === device);
    assert.ok(vif);
    return xenNic(vif, 0);
  };

  it('is judged by which end is gone', () => {
    assert.match(
      judgeLeftover(nicOf(0, 9)).summary,
      /vif \/local\/domain\/0\/backend\/vif\/9\/0 of domain 9, which is gone/,
    );
    const closed = judgeLeftover(nicOf(1, 4));
    assert.equal(closed.kind, 'xenstore-residue');
    assert.match(closed.evidence.join('; '), /backend state 6 \(closed\)/);
  });

  it('is removed at both ends, one after the other', async () => {
    const nic = nicOf(1, 4);
    const { remedies } = xenstoreResidueCure({ domain: null, nic, verdict: judgeLeftover(nic) }, null, HOST);
    const host = dom0();
    for (const act of remedies[0]?.acts ?? []) await runAct(act, host);
    assert.deepEqual(host.removed, ['/local/domain/0/backend/vif/4/1', '/local/domain/4/device/vif/1']);
  });

  it('may be removed again after it was cut off', async () => {
    const host = dom0();
    await runAct(remove('/local/domain/0/backend/vif/9/0'), host);
    assert.deepEqual(await runAct(remove('/local/domain/0/backend/vif/9/0'), host), { already: 'gone' });
  });

  it('is not touched while its domain is there and its backend not closed', async () => {
    const host = dom0();
    await assert.rejects(runAct(remove('/local/domain/0/backend/vif/4/0'), host), {
      code: 'xenstore-in-use',
    });
    assert.deepEqual(host.removed, []);
  });

  it('is never another path of xenstore', () => {
    for (const path of [
      '/local/domain/4',
      '/vm',
      '/local/domain/0/backend/vif/4/0/../..',
      '/local/domain/0/backend/vbd/4/0',
    ])
      assert.throws(() => actStep(remove(path), {} as never), { code: 'act-input' });
  });
});

describe('the cure of a host-orphan', () => {
  const cure = (facts: Sighting['facts']) => {
    const host: Sighting = {
      plane: 'host',
      readFrom: 'ip address of the host',
      readAt: 0,
      alias: null,
      mac: null,
      pciPath: null,
      name: 'vnet7',
      facts: { leftover: 'tap', ifindex: 7, held: 'free', generatedName: true, ...facts },
    };
    const nic = {
      alias: null,
      mac: null,
      pciPath: null,
      target: 'vnet7',
      guestName: null,
      sightings: { host },
    };
    return hostOrphanCure({ domain: null, nic, verdict: judgeLeftover(nic) }, null, HOST);
  };
  const acts = (facts: Sighting['facts']) =>
    cure(facts).remedies.map((one) => one.acts.map(({ act }) => act));

  it('takes filter, port and device, from the outside in', () => {
    assert.deepEqual(acts({ filter: 'clean', ovsBridge: 'ovsbr0' }), [
      ['nwfilter-binding-delete', 'ovs-port-delete', 'host-netdev-delete'],
    ]);
    assert.deepEqual(acts({ leftover: 'ovs-port', ifindex: null, ovsBridge: 'ovsbr0' }), [
      ['ovs-port-delete'],
    ]);
  });

  it('offers to keep a tap with a name of its own', () => {
    assert.deepEqual(acts({ generatedName: false, master: 'virbr0' }), [
      ['host-netdev-delete'],
      ['bridge-port-remove'],
    ]);
    assert.deepEqual(acts({ generatedName: true, master: 'virbr0' }), [['host-netdev-delete']]);
  });

  it('is left to a person while a process holds it, or may hold it', () => {
    assert.match(
      cure({ held: 'held', holders: 'qemu (pid 9, guest web)' }).byHand.join(),
      /^qemu \(pid 9, guest web\) holds vnet7/,
    );
    assert.deepEqual(acts({ held: 'held', holders: 'qemu' }), []);
    assert.deepEqual(acts({ held: 'unknown', heldWhy: 'run hotnic as root' }), []);
  });
});
