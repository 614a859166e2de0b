import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PLANES, type PlaneName, type PlaneReading } from '../../lib/nic/sighting.js';
import { judge, suspectsQemu } from '../../lib/verdicts/index.js';
import { ALL_UNREAD, caseOf, RARE, REQUEST, WAIT, without, type Scene } from './scene.js';
import { TABLE } from './table.js';

describe('the verdict on a NIC', () => {
  for (const [what, kind, scene, summary] of TABLE)
    it(`that ${what} is ${kind}, with evidence`, () => {
      const verdict = judge(caseOf(scene));
      assert.equal(verdict.kind, kind, verdict.summary);
      assert.match(verdict.summary, summary);
      assert.ok(verdict.evidence.length > 0 && verdict.evidence.every((text) => text !== ''));
      if (!['healthy', 'offline', 'unmanaged'].includes(kind)) assert.ok(verdict.next, 'it says what to do');
    });

  for (const plane of PLANES.filter((one) => !RARE.includes(one)))
    for (const state of ['unreadable', 'not-asked'] as const)
      it(`is unknown, and says why, when the ${plane} plane is ${state}`, () => {
        const verdict = judge(caseOf({ seen: without(plane), unread: { [plane]: state } }));
        assert.equal(verdict.kind, 'unknown');
        assert.match(verdict.summary, new RegExp(`${plane}: the ${plane} plane was not there`));
      });

  for (const kind of ['qemu', 'host', 'guest-pci', 'guest-net', 'config'] as const)
    it(`needs no more than the reading it rests on: nothing is concluded from an unread ${kind} plane`, () => {
      for (const state of ['unreadable', 'not-asked'] as const) {
        const { kind: said } = judge(caseOf({ seen: ['live'], unread: { ...ALL_UNREAD, [kind]: state } }));
        assert.equal(said, 'unknown');
      }
    });

  it('tells, where both are known, the cause before what follows from it', () => {
    const both = { seen: ['live', 'config'], unread: { qemu: 'read' }, more: { removalRequests: [REQUEST] } };
    assert.equal(judge(caseOf(both as Scene)).kind, 'definition-orphan');
    const stuck = {
      seen: without('guest-net'),
      more: { removalRequests: [REQUEST], unregisterWaits: [WAIT] },
    };
    assert.equal(judge(caseOf(stuck)).kind, 'unregister-stuck');
  });

  it('asks for QEMU’s word where a verdict suggests it, and nowhere else', () => {
    const suspects = (scene: Scene) => {
      const one = caseOf(scene);
      return suspectsQemu([{ nic: one.nic, verdict: judge(one) }]);
    };
    assert.equal(suspects({ seen: PLANES }), false);
    assert.equal(suspects({ seen: ['config'] }), false);
    assert.equal(suspects({ seen: ['guest-pci', 'guest-net'] }), true);
    assert.equal(suspects({ seen: without('guest-pci', 'guest-net') }), true);
  });

  it('never takes an unread plane for one that lacks it', () => {
    const unread = {
      config: 'unreadable',
      host: 'unreadable',
      'guest-pci': 'not-asked',
      'guest-net': 'not-asked',
    } as const;
    assert.equal(judge(caseOf({ seen: ['live'], unread })).kind, 'unknown');
  });

  it('does not call a NIC of the guest a ghost while the running definition was not read', () => {
    const scene = { seen: ['guest-pci', 'guest-net', 'config'], unread: { live: 'unreadable' } } as const;
    assert.equal(judge(caseOf(scene)).kind, 'unknown');
  });

  it('does not call a NIC in a slot that cannot be emptied a ghost', () => {
    const facts = { 'guest-pci': { driver: 'virtio-pci', hotplugSlot: false } };
    assert.equal(judge(caseOf({ seen: ['guest-pci', 'guest-net'], facts })).kind, 'unknown');
  });

  it('is healthy only where every plane that there is was read and shows it', () => {
    const states = fc.constantFrom<PlaneReading['state']>(
      'read',
      'read',
      'read',
      'unreadable',
      'not-asked',
      'absent',
    );
    const scene = fc.record({
      seen: fc.subarray([...PLANES]),
      unread: fc.record(
        Object.fromEntries(PLANES.map((plane) => [plane, states])) as Record<PlaneName, typeof states>,
      ),
      persistent: fc.boolean(),
      active: fc.boolean(),
      hostNetdev: fc.boolean(),
    });
    fc.assert(
      fc.property(scene, ({ seen, unread, persistent, active, hostNetdev }) => {
        const shown = seen.filter((plane) => unread[plane] === 'read');
        const subject = caseOf({
          seen: shown,
          unread,
          facts: { live: { hostNetdev, drift: '' } },
          more: { persistent, active },
        });
        const { kind, evidence, summary } = judge(subject);
        assert.notEqual(summary, '');
        if (kind !== 'healthy') return;
        assert.ok(active && evidence.length > 0);
        for (const plane of ['live', 'guest-pci', 'guest-net'] as const)
          assert.ok(shown.includes(plane), plane);
        if (persistent) assert.ok(shown.includes('config'));
        if (hostNetdev) assert.ok(shown.includes('host'));
      }),
      { numRuns: 3000 },
    );
  });
});
