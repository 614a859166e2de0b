import assert from 'node:assert/strict';
import { readDomain } from '../../lib/xml/domain.js';
import { freeSlots, hotplugKind } from '../../lib/xml/slots.js';
import { I440FX, machine, Q35 } from './definitions.js';

const kind = (...args: Parameters<typeof machine>) => hotplugKind(readDomain(machine(...args))).kind;
const GLOBAL = 'acpi-pci-hotplug-with-bridge-support';

describe('free slots', () => {
  it('are empty ports and bridge slots on q35; a port with hot-plug off is none', () => {
    const slots = freeSlots(readDomain(Q35));
    assert.deepEqual(
      slots.filter(({ connects }) => connects === 'pcie'),
      [{ bus: 5, slot: 0, controllerModel: 'pcie-root-port', connects: 'pcie' }],
    );
    const bridge = slots.filter(({ connects }) => connects === 'pci');
    assert.deepEqual([bridge.length, bridge[0]?.bus, bridge[0]?.slot, bridge.at(-1)?.slot], [28, 4, 4, 31]);
  });

  it('are the root bus from slot 3 on i440fx', () => {
    const slots = freeSlots(readDomain(I440FX)).map(({ slot }) => slot);
    assert.deepEqual([slots.length, slots[0], slots.at(-1)], [28, 4, 31]);
  });
});

describe('the kind of hot-plug', () => {
  it('follows machine type and version', () => {
    assert.equal(kind('pc-q35-6.1'), 'acpi');
    assert.equal(kind('pc-q35-10.0'), 'acpi');
    assert.equal(kind('pc-q35-6.0'), 'native');
    assert.equal(kind('pc-q35-2.12'), 'native');
    assert.equal(kind('pc-q35-jammy'), 'acpi');
    assert.equal(kind('pc-q35-rhel9.2.0'), 'unknown');
    assert.equal(kind('q35'), 'unknown');
    assert.equal(kind('pc-i440fx-2.1'), 'acpi');
    assert.equal(kind('pc-i440fx-7.2', { acpi: false }), 'none');
    assert.equal(kind('pseries-7.2', { arch: 'ppc64le' }), 'pseries');
    assert.equal(kind('virt-7.2', { arch: 'aarch64', acpi: false }), 'native');
    assert.equal(kind('microvm'), 'none');
    assert.equal(kind('s390-ccw-virtio-7.2', { arch: 's390x' }), 'unknown');
    assert.equal(hotplugKind(readDomain('<domain><name>x</name></domain>')).kind, 'unknown');
  });

  it('follows QEMU arguments, in both their forms, the last one first', () => {
    assert.deepEqual(hotplugKind(readDomain(Q35)), {
      kind: 'native',
      reason: '-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off in the definition',
    });
    assert.equal(kind('pc-q35-5.2', { args: ['-global', `ICH9-LPC.${GLOBAL}=on`] }), 'acpi');
    assert.equal(
      kind('pc-q35-7.2', { args: ['-global', `driver=ICH9-LPC,property=${GLOBAL},value=off`] }),
      'native',
    );
    assert.equal(
      kind('pc-q35-7.2', { args: ['-global', `ICH9-LPC.${GLOBAL}=off`, '-global', `ICH9-LPC.${GLOBAL}=on`] }),
      'acpi',
    );
    assert.equal(kind('pc-q35-7.2', { args: ['-set', `ICH9-LPC.${GLOBAL}=off`] }), 'acpi');
    assert.equal(kind('pc-i440fx-7.2', { args: ['-global', 'PIIX4_PM.acpi-root-pci-hotplug=off'] }), 'none');
    assert.equal(kind('pc-i440fx-7.2', { args: ['-global', `PIIX4_PM.${GLOBAL}=off`] }), 'acpi');
  });
});
