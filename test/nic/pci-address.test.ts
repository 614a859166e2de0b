import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  parsePciAddress,
  pciAddress,
  pciChainOfSysfsPath,
  pciPath,
  slotAndFunction,
} from '../../lib/nic/pci-address.js';

const parts = fc.tuple(
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0, max: 0xff }),
  fc.integer({ min: 0, max: 0x1f }),
  fc.integer({ min: 0, max: 7 }),
);

describe('a PCI address', () => {
  it('reads the same in every form that people and libvirt write', () => {
    fc.assert(
      fc.property(parts, ([domain, bus, slot, fn]) => {
        const normal = pciAddress(domain, bus, slot, fn);
        const nodeDevice = `pci_${normal.replaceAll(/[:.]/g, '_')}`;
        for (const form of [normal, normal.toUpperCase(), ` ${normal} `, nodeDevice])
          assert.equal(parsePciAddress(form), normal);
        if (domain === 0) assert.equal(parsePciAddress(normal.slice(5)), normal);
      }),
    );
  });

  it('is none outside the ranges of PCI', () => {
    const others = [
      '',
      '0000:00:20.0',
      '0000:00:1f.8',
      '0000:100:00.0',
      '00000:00:00.0',
      '00:00',
      'pci_0000_00_20_0',
      'pci_0000_00_1f',
      '0000:00:00.0/..',
      'usb_1_2',
    ];
    for (const text of others) assert.equal(parsePciAddress(text), null, text);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = parsePciAddress(text);
        assert.ok(address === null || /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/.test(address));
      }),
    );
  });

  it('gives a path by slot and function, whatever the bus numbers', () => {
    fc.assert(
      fc.property(
        fc.array(parts, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 0xff }),
        (chain, shift) => {
          const addresses = chain.map(([domain, bus, slot, fn]) => pciAddress(domain, bus, slot, fn));
          const renumbered = chain.map(([domain, bus, slot, fn]) =>
            pciAddress(domain, (bus + shift) & 0xff, slot, fn),
          );
          assert.equal(pciPath(addresses), pciPath(renumbered));
          assert.equal(pciPath(addresses), addresses.map(slotAndFunction).join('/'));
        },
      ),
    );
  });

  it('is found in a sysfs path, in order, and nothing else is', () => {
    const path = '/sys/devices/pci0000:00/0000:00:02.0/0000:01:00.0/virtio0/net/eth0';
    assert.deepEqual(pciChainOfSysfsPath(path), ['0000:00:02.0', '0000:01:00.0']);
    assert.deepEqual(pciChainOfSysfsPath('/sys/devices/virtual/net/01:00.0'), []);
    assert.deepEqual(pciChainOfSysfsPath(''), []);
  });
});
