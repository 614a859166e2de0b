import assert from 'node:assert/strict';
import { PLANES } from '../../lib/nic/sighting.js';
import { judge } from '../../lib/verdicts/index.js';
import { caseOf, MAC, PATH, REQUEST, type Scene } from './scene.js';

describe('the cause of a verdict', () => {
  const CAUSES: readonly [string, Scene, RegExp][] = [
    ['a paused domain', { seen: ['live'], more: { paused: true } }, /paused/],
    [
      'a guest that boots, on an ACPI slot',
      { seen: PLANES, more: { guestBoot: { state: 'running', reason: 'systemd says starting' } } },
      /still booting.*loses/,
    ],
    [
      'a guest that boots, on a native slot',
      {
        seen: PLANES,
        facts: { live: { slot: 'native' } },
        more: { guestBoot: { state: 'running', reason: 'starting' } },
      },
      /remembers the request/,
    ],
    [
      'a guest without hot-plug driver',
      { seen: PLANES, facts: { 'guest-pci': { hotplugSlot: false } } },
      /no hot-plug driver/,
    ],
    [
      'a guest that does not answer',
      { seen: ['live', 'config', 'host'], unread: { 'guest-pci': 'unreadable', 'guest-net': 'unreadable' } },
      /hangs or has crashed/,
    ],
    [
      'a guest in its five seconds',
      { seen: PLANES, facts: { qemu: { powerIndicator: 'blinking' } } },
      /waits 5 s/,
    ],
    [
      'a request that an ACPI slot lost',
      { seen: PLANES, facts: { live: { slot: 'acpi' } } },
      /loses a request/,
    ],
  ];
  for (const [what, scene, cause] of CAUSES)
    it(`names ${what} as the cause of a removal that is pending`, () => {
      const verdict = judge(caseOf({ ...scene, more: { ...scene.more, removalRequests: [REQUEST] } }));
      assert.equal(verdict.kind, 'detach-pending');
      assert.match(verdict.cause ?? '', cause);
    });

  it('takes a lease for proof that a NIC of the persistent definition has run', () => {
    const lease = {
      network: 'default',
      bridge: 'virbr0',
      mac: MAC,
      address: '192.168.122.9',
      hostname: null,
      expiresAt: null,
    };
    const host = { leases: [lease], neighbours: [] };
    const verdict = judge(caseOf({ seen: ['config'], more: { host } }));
    assert.equal(verdict.kind, 'config-only');
    assert.match(verdict.cause ?? '', /ran lately/);
  });

  it('takes a removal that hotnic asked for and that came late for half a detach', () => {
    const late = { ...REQUEST, alias: null, goneSince: true };
    const verdict = judge(caseOf({ seen: ['config'], more: { removalRequests: [late] } }));
    assert.equal(verdict.kind, 'config-only');
    assert.match(verdict.cause ?? '', /half a detach/);
    assert.equal(verdict.wanted, 'gone', 'finishing it needs no choice');
    const unasked = judge(caseOf({ seen: ['config'] }));
    assert.equal(unasked.wanted, undefined, 'it may wait for its first boot');
  });

  it('takes a function of the host that is passed through for no ghost, in the guest or in QEMU', () => {
    const more = { hostdevPaths: [PATH] };
    const inGuest = judge(caseOf({ seen: ['guest-pci', 'guest-net'], more }));
    assert.equal(inGuest.kind, 'unmanaged');
    const facts = { qemu: { part: 'device' } };
    assert.equal(judge(caseOf({ seen: ['qemu', 'guest-pci'], facts, more })).kind, 'unmanaged');
    assert.equal(judge(caseOf({ seen: ['guest-pci', 'guest-net'] })).kind, 'guest-ghost');
  });
});
