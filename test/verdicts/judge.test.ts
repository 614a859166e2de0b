import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MacAddress } from '../../lib/nic/mac-address.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import {
  PLANES,
  type Nic,
  type PlaneName,
  type PlaneReading,
  type Sighting,
} from '../../lib/nic/sighting.js';
import { judge, type Case, type VerdictKind } from '../../lib/verdicts/index.js';

const MAC = '52:54:00:00:00:0a' as MacAddress;
const PATH = '02.0/00.0' as PciPath;
const NAMES: Readonly<Record<PlaneName, string>> = {
  config: 'vnet0',
  live: 'vnet0',
  qemu: 'net1',
  host: 'vnet0',
  'guest-pci': '0000:01:00.0',
  'guest-net': 'enp1s0',
  'guest-config': '/etc/netplan/01.yaml',
};
const FACTS: Readonly<Record<PlaneName, Sighting['facts']>> = {
  config: {},
  live: { hostNetdev: true, drift: '' },
  qemu: {},
  host: {},
  'guest-pci': { driver: 'virtio-pci', hotplugSlot: true },
  'guest-net': {},
  'guest-config': {},
};

interface Scene {
  /** Planes that show the NIC. */
  readonly seen: readonly PlaneName[];
  /** Planes that were not read, and how; the others were. */
  readonly unread?: Partial<Record<PlaneName, PlaneReading['state']>>;
  readonly facts?: Partial<Record<PlaneName, Sighting['facts']>>;
  readonly more?: Partial<Case>;
}

// Read only where a ghost is suspected, or asked for.
const RARE: readonly PlaneName[] = ['qemu', 'guest-config'];

function caseOf({ seen, unread: told = {}, facts = {}, more = {} }: Scene): Case {
  const unread = {
    ...Object.fromEntries(
      RARE.filter((plane) => !seen.includes(plane)).map((plane) => [plane, 'not-asked' as const]),
    ),
    ...told,
  };
  const sightings: Partial<Record<PlaneName, Sighting>> = {};
  for (const plane of seen)
    sightings[plane] = {
      plane,
      readFrom: `${plane} of the test`,
      readAt: 0,
      alias: plane === 'live' ? 'net0' : null,
      mac: MAC,
      pciPath: PATH,
      name: NAMES[plane],
      facts: { ...FACTS[plane], ...facts[plane] },
    };
  const nic: Nic = {
    alias: sightings.live ? 'net0' : null,
    mac: MAC,
    pciPath: PATH,
    target: sightings.live ? 'vnet0' : null,
    guestName: sightings['guest-net'] ? 'enp1s0' : null,
    sightings,
  };
  const readings = PLANES.map((plane): PlaneReading => ({
    plane,
    state: unread[plane] ?? 'read',
    ...(unread[plane] === undefined ? {} : { why: `the ${plane} plane was not there` }),
    sightings: Object.values(sightings).filter((one) => one.plane === plane),
  }));
  return {
    domain: 'web1',
    active: true,
    persistent: true,
    nic,
    readings,
    unregisterWaits: [],
    commandLineMacs: [],
    removalRequests: [],
    liveOnlyByIntent: [],
    host: null,
    ...more,
  };
}

const without = (...planes: readonly PlaneName[]) => PLANES.filter((plane) => !planes.includes(plane));
const WAIT = {
  netdev: 'enp1s0',
  text: 'unregister_netdevice: waiting for enp1s0 to become free. Usage count = 2',
};
const USER_NET = { live: { hostNetdev: false, drift: '' } };

const TABLE: readonly [string, VerdictKind, Scene, RegExp][] = [
  ['is in every plane', 'healthy', { seen: PLANES }, /the same in/],
  [
    'is a user network NIC in every plane that it can be in',
    'healthy',
    { seen: without('host'), facts: USER_NET },
    /the same in/,
  ],
  [
    'belongs to a transient domain, in every other plane',
    'healthy',
    { seen: without('config'), unread: { config: 'absent' }, more: { persistent: false } },
    /live/,
  ],
  [
    'is only in the running definition of a persistent domain',
    'live-only',
    { seen: without('config') },
    /gone after the next boot/,
  ],
  [
    'is only in the persistent definition',
    'config-only',
    { seen: ['config'] },
    /comes back at the next boot/,
  ],
  [
    'differs between the definitions',
    'definition-drift',
    { seen: PLANES, facts: { live: { hostNetdev: true, drift: 'model: running virtio, persistent e1000' } } },
    /model: running virtio, persistent e1000/,
  ],
  [
    'is not on the guest’s PCI bus',
    'guest-blind',
    { seen: without('guest-pci', 'guest-net') },
    /does not show it/,
  ],
  [
    'is not on the guest’s PCI bus, nor in the persistent definition',
    'guest-blind',
    { seen: ['live', 'host'] },
    /does not show it/,
  ],
  [
    'has lost its host interface',
    'host-missing',
    { seen: without('host') },
    /host interface vnet0 .* is gone/,
  ],
  [
    'has no driver in the guest',
    'driverless',
    { seen: without('guest-net'), facts: { 'guest-pci': { driver: null, hotplugSlot: true } } },
    /no driver/,
  ],
  [
    'cannot be let go by the guest’s kernel',
    'unregister-stuck',
    { seen: without('guest-net', 'live', 'host'), more: { unregisterWaits: [WAIT] } },
    /enp1s0: something holds a reference/,
  ],
  [
    'is still in the guest alone',
    'guest-ghost',
    { seen: ['guest-pci', 'guest-net'] },
    /the guest still lists/,
  ],
  [
    'is still in the guest and in the persistent definition',
    'guest-ghost',
    { seen: ['guest-pci', 'guest-net', 'config'] },
    /the guest still lists/,
  ],
  [
    'was given to QEMU behind libvirt’s back',
    'unmanaged',
    {
      seen: ['guest-pci', 'guest-net'],
      facts: { 'guest-pci': { driver: 'virtio-pci', hotplugSlot: false } },
      more: { commandLineMacs: [MAC] },
    },
    /qemu:commandline/,
  ],
  [
    'belongs to a domain that is shut off',
    'offline',
    {
      seen: ['config'],
      unread: { live: 'absent', host: 'absent', 'guest-pci': 'absent', 'guest-net': 'absent' },
      more: { active: false },
    },
    /shut off/,
  ],
];

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
