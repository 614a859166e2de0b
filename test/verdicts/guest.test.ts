import assert from 'node:assert/strict';
import type { GuestEvidence } from '../../lib/nic/guest-evidence.js';
import type { MacAddress } from '../../lib/nic/mac-address.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import type { Nic, PlaneReading, Sighting } from '../../lib/nic/sighting.js';
import { joinSightings } from '../../lib/planes/join.js';
import { judge, type Case, type Verdict } from '../../lib/verdicts/index.js';
import { quietCase } from './scene.js';

const MAC = '52:54:00:00:00:0a' as MacAddress;
const PATH = '02.0/00.0' as PciPath;
const NOTHING: GuestEvidence = { slots: [], deafBy: null, holders: null, tunnels: [], configComplete: true };

function sighting(plane: Sighting['plane'], more: Partial<Sighting> = {}): Sighting {
  const { facts = {} } = more;
  return {
    plane,
    readFrom: `${plane} of the test`,
    readAt: 0,
    alias: plane === 'live' ? 'net0' : null,
    mac: MAC,
    pciPath: plane === 'guest-config' ? null : PATH,
    name: null,
    ...more,
    facts: plane === 'live' ? { hostNetdev: false, drift: '', ...facts } : facts,
  };
}

/** Judges every NIC that the sightings make; all planes but qemu were read. */
function verdicts(sightings: readonly Sighting[], more: Partial<Case> = {}): readonly Verdict[] {
  const planes = ['live', 'config', 'host', 'guest-pci', 'guest-net', 'guest-config'] as const;
  const readings = planes.map((plane): PlaneReading => ({
    plane,
    state: 'read',
    sightings: sightings.filter((one) => one.plane === plane),
  }));
  return joinSightings(readings).map((nic: Nic) =>
    judge(quietCase(nic, readings, { guest: NOTHING, ...more })),
  );
}

const only = (sightings: readonly Sighting[], more?: Partial<Case>) => {
  const [verdict] = verdicts(sightings, more);
  assert.ok(verdict);
  return verdict;
};

describe('why a guest is blind to a NIC', () => {
  const seen = [sighting('live'), sighting('config')];
  const slot = (servedBy: 'acpiphp' | 'pciehp' | null, power: boolean | null) => ({
    guest: { ...NOTHING, slots: [{ path: PATH, servedBy, power }] },
  });
  const wait = { netdev: 'enp9s0', text: 'waiting for enp9s0', pciPath: '09.0/00.0' as PciPath };

  for (const [what, more, cause] of [
    ['its kernel waits for another netdev', { unregisterWaits: [wait] }, /still waits for enp9s0/],
    ['no driver serves the slot', slot(null, null), /no hot-plug driver/],
    ['it was removed in the guest', slot('acpiphp', true), /removed in the guest itself/],
    ['it was not noticed', slot('acpiphp', false), /never switched the slot on/],
    ['nothing is known', {}, /no hot-plug driver for the slot, was not ready/],
  ] as const)
    it(`is said: ${what}`, () => {
      const verdict = only(seen, more);
      assert.equal(verdict.kind, 'guest-blind');
      assert.match(verdict.cause ?? '', cause);
      assert.ok(verdict.next);
    });
});

describe('why no driver has taken a NIC', () => {
  const pci = (facts: Sighting['facts']) => [
    sighting('live'),
    sighting('config'),
    sighting('guest-pci', {
      name: '0000:01:00.0',
      facts: {
        driver: 'virtio-pci',
        unboundBus: 'virtio',
        unboundDevice: 'virtio1',
        modalias: 'virtio:d1',
        ...facts,
      },
    }),
  ];
  const known = { modulesLoaded: '', modulesAvailable: '', keptOut: '', kernelLog: '', autoprobe: true };

  for (const [what, facts, cause] of [
    ['no module', known, /no module for this model/],
    ['not loaded', { ...known, modulesAvailable: 'virtio_net' }, /has not loaded it/],
    [
      'blacklisted',
      { ...known, modulesAvailable: 'virtio_net', keptOut: '/etc/modprobe.d/a.conf:1: blacklist virtio_net' },
      /kept out: .*a\.conf:1/,
    ],
    ['unbound', { ...known, modulesLoaded: 'virtio_net' }, /was unbound/],
    ['autoprobe off', { ...known, modulesLoaded: 'virtio_net', autoprobe: false }, /drivers_autoprobe is 0/],
    [
      'failed',
      { ...known, modulesLoaded: 'e1000e', kernelLog: '[ 1.0] probe of 0000:01:00.0 failed with error -22' },
      /gave up on it: "\[ 1\.0\] probe/,
    ],
  ] as const)
    it(`is said: ${what}`, () => {
      const verdict = only(pci(facts));
      assert.equal(verdict.kind, 'driverless');
      assert.match(verdict.cause ?? '', cause);
    });
});

describe('a netdev that cannot be let go', () => {
  const pci = sighting('guest-pci', {
    name: '0000:01:00.0',
    facts: { driver: 'virtio-pci', hotplugSlot: true },
  });
  const seen = [sighting('live'), sighting('config'), pci];
  const wait = { netdev: 'lan7', text: 'waiting for lan7 to become free', pciPath: PATH };
  const holder = { pid: 7, startTime: '1', command: 'perl', seen: 'is sending' };

  it('names who very likely holds it', () => {
    const holders = [{ ...holder, certainty: 'likely' as const }];
    const verdict = only(seen, { unregisterWaits: [wait], guest: { ...NOTHING, holders } });
    assert.equal(verdict.kind, 'unregister-stuck');
    assert.match(verdict.cause ?? '', /very likely held by perl \(process 7\)/);
  });

  it('calls a guess a guess, and nothing found nothing found', () => {
    const holders = [{ ...holder, certainty: 'possible' as const }];
    const guess = only(seen, { unregisterWaits: [wait], guest: { ...NOTHING, holders } });
    assert.match(guess.cause ?? '', /possibly .* a guess/);
    const none = only(seen, { unregisterWaits: [wait], guest: { ...NOTHING, holders: [] } });
    assert.match(none.cause ?? '', /no list shows.*only a reboot/);
  });

  it('is not said of another NIC than that which the netdev was on', () => {
    const other = { ...wait, pciPath: '05.0/00.0' as PciPath };
    assert.notEqual(only(seen, { unregisterWaits: [other] }).kind, 'unregister-stuck');
  });
});

describe('configuration of a NIC that is nowhere', () => {
  const there = (['live', 'config', 'guest-pci', 'guest-net'] as const).map((plane) =>
    sighting(plane, { name: plane === 'guest-net' ? 'enp1s0' : null, facts: { driver: 'virtio_net' } }),
  );
  const named = (mac: string | null, name: string | null) =>
    sighting('guest-config', {
      mac: mac as MacAddress | null,
      name,
      facts: { places: 'netplan /etc/netplan/1.yaml:4', matchesName: name },
    });
  const kinds = (sightings: readonly Sighting[], more?: Partial<Case>) =>
    verdicts(sightings, more).map(({ kind }) => kind);

  it('is residue by MAC, with file and line', () => {
    const all = verdicts([...there, named('52:54:00:00:00:99', null)]);
    assert.deepEqual(
      all.map(({ kind }) => kind),
      ['healthy', 'config-residue'],
    );
    assert.match(all[1]?.evidence[0] ?? '', /\/etc\/netplan\/1\.yaml:4/);
  });

  it('is residue by name', () => {
    assert.deepEqual(kinds([...there, named(null, 'enp7s0')]), ['healthy', 'config-residue']);
  });

  it('is none by name while a NIC is not accounted for: the name may become its', () => {
    const blind = there.filter(({ plane }) => !plane.startsWith('guest'));
    assert.ok(!kinds([...blind, named(null, 'enp7s0')]).includes('config-residue'));
    const coming = sighting('config', { mac: '52:54:00:00:00:77' as MacAddress, pciPath: null });
    assert.ok(!kinds([...there, coming, named(null, 'enp7s0')]).includes('config-residue'));
  });

  it('is none where two NICs share the MAC', () => {
    const twins = there.map((one) => ({
      ...one,
      alias: one.plane === 'live' ? 'net1' : null,
      pciPath: '03.0/00.0' as PciPath,
    }));
    assert.ok(!kinds([...there, ...twins, named(MAC, null)]).includes('config-residue'));
  });

  it('is none where QEMU got the NIC behind libvirt’s back', () => {
    const more = { commandLineMacs: ['52:54:00:00:00:99'] };
    assert.ok(!kinds([...there, named('52:54:00:00:00:99', null)], more).includes('config-residue'));
  });
});
