import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MacAddress } from '../../lib/nic/mac-address.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import { PLANES, type PlaneName, type PlaneReading, type Sighting } from '../../lib/nic/sighting.js';
import { joinSightings } from '../../lib/planes/join.js';
import { joinPlainly } from './join-plainly.js';

const A = '52:54:00:00:00:0a' as MacAddress;
const B = '52:54:00:00:00:0b' as MacAddress;
const PORT1 = '02.0/00.0' as PciPath;
const PORT2 = '02.1/00.0' as PciPath;

function seen(plane: PlaneName, part: Partial<Sighting>): Sighting {
  return {
    plane,
    readFrom: plane,
    readAt: 0,
    alias: null,
    mac: null,
    pciPath: null,
    name: null,
    facts: {},
    ...part,
  };
}

function readings(...sightings: Sighting[]): PlaneReading[] {
  const planes = [...new Set(sightings.map(({ plane }) => plane))];
  return planes.map((plane) => ({
    plane,
    state: 'read',
    sightings: sightings.filter((one) => one.plane === plane),
  }));
}

const shape = (all: readonly Sighting[]) =>
  joinSightings(readings(...all)).map((nic) => Object.keys(nic.sightings).sort().join('+'));

describe('joining sightings', () => {
  it('makes one NIC of what has one PCI path', () => {
    assert.deepEqual(
      shape([
        seen('live', { mac: A, pciPath: PORT1, alias: 'net0', name: 'vnet0' }),
        seen('config', { mac: A, pciPath: PORT1 }),
        seen('host', { alias: 'net0', name: 'vnet0' }),
        seen('guest-pci', { pciPath: PORT1 }),
        seen('guest-net', { mac: A, pciPath: PORT1, name: 'enp1s0' }),
      ]),
      ['config+guest-net+guest-pci+host+live'],
    );
  });

  it('keeps two NICs with one MAC apart by their paths', () => {
    const nics = joinSightings(
      readings(
        seen('live', { mac: A, pciPath: PORT1, alias: 'net0' }),
        seen('live', { mac: A, pciPath: PORT2, alias: 'net1' }),
        seen('guest-net', { mac: A, pciPath: PORT2, name: 'enp2s0' }),
        seen('guest-net', { mac: A, pciPath: PORT1, name: 'enp1s0' }),
      ),
    );
    assert.deepEqual(
      nics.map((nic) => [nic.alias, nic.guestName]),
      [
        ['net0', 'enp1s0'],
        ['net1', 'enp2s0'],
      ],
    );
  });

  it('never joins by MAC alone where two would fit', () => {
    assert.deepEqual(
      shape([
        seen('live', { mac: A, alias: 'net0' }),
        seen('live', { mac: A, alias: 'net1' }),
        seen('config', { mac: A }),
      ]),
      ['live', 'live', 'config'],
    );
    assert.deepEqual(
      shape([seen('live', { mac: A }), seen('config', { mac: A }), seen('config', { mac: A })]),
      ['live', 'config', 'config'],
    );
  });

  it('joins the two definitions of a NIC by MAC though their addresses differ', () => {
    assert.deepEqual(
      shape([seen('live', { mac: A, pciPath: PORT1 }), seen('config', { mac: A, pciPath: PORT2 })]),
      ['config+live'],
    );
  });

  it('does not join a guest device by MAC when its path says otherwise', () => {
    assert.deepEqual(
      shape([seen('live', { mac: A, pciPath: PORT1 }), seen('guest-net', { mac: A, pciPath: PORT2 })]),
      ['live', 'guest-net'],
    );
  });

  it('takes the MAC before the bare path when definitions swapped places', () => {
    const nics = joinSightings(
      readings(
        seen('live', { mac: A, pciPath: PORT1, alias: 'net0' }),
        seen('live', { mac: B, pciPath: PORT2, alias: 'net1' }),
        seen('config', { mac: B, pciPath: PORT1 }),
        seen('config', { mac: A, pciPath: PORT2 }),
      ),
    );
    assert.deepEqual(
      nics.map((nic) => [nic.sightings.live?.mac, nic.sightings.config?.mac]),
      [
        [A, A],
        [B, B],
      ],
    );
  });

  it('joins QEMU’s device by its alias, whatever else they say', () => {
    assert.deepEqual(
      shape([
        seen('live', { mac: A, pciPath: PORT1, alias: 'net0' }),
        seen('qemu', { mac: B, pciPath: null, alias: 'net0' }),
      ]),
      ['live+qemu'],
    );
  });

  it('does not take an orphan of QEMU for the NIC that a definition means for its slot', () => {
    assert.deepEqual(
      shape([
        seen('config', { mac: A, pciPath: PORT1 }),
        seen('qemu', { mac: B, pciPath: PORT1, alias: 'orphan0' }),
        seen('guest-pci', { mac: B, pciPath: PORT1 }),
        seen('guest-net', { mac: B, pciPath: PORT1 }),
      ]),
      ['config', 'guest-net+guest-pci+qemu'],
    );
  });

  it('joins an orphan of QEMU with what the persistent definition still has of it', () => {
    assert.deepEqual(
      shape([
        seen('config', { mac: A, pciPath: PORT1 }),
        seen('qemu', { mac: A, pciPath: PORT1, alias: 'net3' }),
      ]),
      ['config+qemu'],
    );
  });

  it('does what the rules say, whatever is seen', () => {
    const some = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: null });
    const sighting = fc
      .record({
        plane: fc.constantFrom<PlaneName[]>(...PLANES),
        alias: some('net0', 'net1', 'net2'),
        mac: some(A, B),
        pciPath: some(PORT1, PORT2, '03.0' as PciPath),
      })
      .map(({ plane, ...part }) => seen(plane, part));
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 14 }), (all) => {
        assert.deepEqual(joinSightings(readings(...all)), joinPlainly(readings(...all)));
      }),
      { numRuns: 2000 },
    );
  });
});
