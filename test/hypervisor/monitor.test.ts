import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readInfoNetwork } from '../../lib/hypervisor/monitor-network.js';
import { readDump, slotOf } from '../../lib/hypervisor/monitor-slot.js';
import { commandLineIds } from '../../lib/xml/qemu-ids.js';
import { hexDump } from '../planes/fake-qemu.js';

// Recorded from QEMU 7.2.22.
const RECORDED =
  'hostnet7: index=0,type=user,net=10.0.2.0,restrict=off\r\n' +
  'net0: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:00:00:01\r\n' +
  ' \\ hostnet0: index=0,type=user,net=10.0.2.0,restrict=off\r\n' +
  'virtio-net-pci.1: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:00:00:02\r\n' +
  ' \\ mgmt: index=0,type=user,net=10.0.2.0,restrict=off\r\n';

describe('what QEMU’s human monitor prints', () => {
  it('“info network” tells NICs with MAC and backend, and backends that are free', () => {
    const { nics, backends } = readInfoNetwork(RECORDED);
    assert.deepEqual(nics, [
      { name: 'net0', model: 'virtio-net-pci', mac: '52:54:00:00:00:01', backends: ['hostnet0'] },
      { name: 'virtio-net-pci.1', model: 'virtio-net-pci', mac: '52:54:00:00:00:02', backends: ['mgmt'] },
    ]);
    assert.deepEqual(
      backends.map(({ id, used }) => [id, used]),
      [
        ['hostnet7', false],
        ['hostnet0', true],
        ['mgmt', true],
      ],
    );
  });

  it('counts a multiqueue NIC once, and what a hub connects as used', () => {
    const queue = (n: number) =>
      `net0: index=${n},type=nic,model=virtio-net-pci,macaddr=52:54:00:00:00:01\r\n \\ hostnet0: index=${n},type=tap,fd=3${n}\r\n`;
    const hub = 'hub 0\r\n \\ hub0port0: tap9: index=0,type=tap,fd=3\r\n';
    const { nics, backends } = readInfoNetwork(hub + queue(0) + queue(1));
    assert.deepEqual(
      nics.map(({ name, backends: own }) => [name, own]),
      [['net0', ['hostnet0']]],
    );
    assert.deepEqual(
      backends.map(({ id, used }) => [id, used]),
      [
        ['tap9', true],
        ['hostnet0', true],
      ],
    );
  });

  it('never makes anything of nonsense, and never takes long over it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        readInfoNetwork(text);
        readDump(text);
      }),
    );
    const began = Date.now();
    readInfoNetwork(`a: index=0,type=nic,${'model='.repeat(200_000)}\n`.repeat(3));
    assert.ok(Date.now() - began < 1_000);
  });

  it('a port’s configuration space tells button, presence and indicator', () => {
    const words = (control: number) => {
      const all = Array.from({ length: 64 }, () => 0);
      all[0x34 / 4] = 0x40;
      all[0x40 / 4] = 0x00004801; // power management, next 0x48
      all[0x48 / 4] = 0x01420010;
      all[(0x48 + 0x18) / 4] = control;
      return all;
    };
    assert.deepEqual(slotOf(words(0x0001_0200)), {
      attention: true,
      presenceChanged: false,
      powerIndicator: 'blinking',
      poweredOff: false,
    });
    assert.deepEqual(slotOf(words(0x0009_0700)), {
      attention: true,
      presenceChanged: true,
      powerIndicator: 'off',
      poweredOff: true,
    });
    assert.deepEqual(readDump(hexDump(0xb0010000, words(0x0001_0100))), words(0x0001_0100));
  });

  it('a configuration space without a slot, cut short, or with capabilities in a ring, tells nothing', () => {
    const ring = Array.from({ length: 64 }, () => 0);
    ring[0x34 / 4] = 0x40;
    ring[0x40 / 4] = 0x00004005;
    assert.equal(slotOf(ring), null);
    assert.equal(slotOf([]), null);
    assert.equal(slotOf(Array.from({ length: 64 }, () => 0xffffffff)), null);
    fc.assert(
      fc.property(fc.array(fc.nat(0xffffffff), { minLength: 64, maxLength: 64 }), (words) => {
        slotOf(words);
      }),
    );
  });
});

describe('what a definition hands to QEMU directly', () => {
  it('is known by id, in both of QEMU’s forms', () => {
    const { ids, anonymous } = commandLineIds([
      '-netdev',
      'user,id=mgmt,restrict=on',
      '-device',
      '{"driver":"virtio-net-pci","netdev":"mgmt","id":"own0"}',
      '-global',
      'id=no',
    ]);
    assert.deepEqual([...ids], ['mgmt', 'own0']);
    assert.equal(anonymous, false);
    assert.equal(commandLineIds(['-nic', 'user']).anonymous, true);
  });
});
