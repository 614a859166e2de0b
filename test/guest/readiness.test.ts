import assert from 'node:assert/strict';
import { hotplugReadiness } from '../../lib/guest/readiness.js';
import type { GuestProbe } from '../../lib/guest/probe-types.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import { recordedProbe } from './fixture.js';

describe('hotplugReadiness', () => {
  const portPath = '02.0' as PciPath;

  it('finds ACPI hot-plug where acpiphp serves the slot behind the port', () => {
    const { ready, kind } = hotplugReadiness(recordedProbe('probe-acpi'), { portPath });
    assert.deepEqual([ready, kind], [true, 'acpi']);
  });

  it('finds native hot-plug where pciehp is bound to the port', () => {
    const { ready, kind } = hotplugReadiness(recordedProbe('probe-native'), { portPath });
    assert.deepEqual([ready, kind], [true, 'native']);
    assert.equal(hotplugReadiness(recordedProbe('probe-native')).kind, 'native');
  });

  it('goes by pciehp where both drivers name the slot', () => {
    const base = recordedProbe('probe-native');
    const slots = base.hotplug.slots.map((slot) => ({ ...slot, driver: 'acpiphp' }));
    const both = { ...base, hotplug: { ...base.hotplug, slots } };
    assert.equal(hotplugReadiness(both, { portPath }).kind, 'native');
  });

  it('finds none where neither serves it, and names the kernel argument that took it away', () => {
    const probe: GuestProbe = {
      ...recordedProbe('probe-acpi'),
      cmdline: 'console=ttyS0 acpiphp.disable=1',
      hotplug: { pciehpPorts: [], pciehp: true, acpiphp: true, slots: [] },
    };
    const { ready, kind, findings } = hotplugReadiness(probe, { portPath });
    assert.deepEqual([ready, kind], [false, 'none']);
    assert.equal(findings[0]?.level, 'fail');
    assert.match(findings[0].why ?? '', /acpiphp\.disable=1/);
  });

  it('takes a slot that is only named for one that nobody serves', () => {
    const base = recordedProbe('probe-acpi');
    const slots = base.hotplug.slots.map((slot) => ({ ...slot, driver: null, power: null }));
    assert.equal(
      hotplugReadiness({ ...base, hotplug: { ...base.hotplug, slots } }, { portPath }).kind,
      'none',
    );
  });

  it('does not know about a port that the guest does not show', () => {
    const { ready, kind } = hotplugReadiness(recordedProbe('probe-acpi'), {
      portPath: '1e.0/01.0' as PciPath,
    });
    assert.deepEqual([ready, kind], [null, 'unknown']);
  });

  it('is not ready while the guest boots', () => {
    const probe = {
      ...recordedProbe('probe-acpi'),
      boot: { state: 'running', reason: 'x', init: 'systemd' } as const,
    };
    assert.equal(hotplugReadiness(probe, { portPath }).ready, false);
  });

  it('warns where udev does not run', () => {
    const { findings } = hotplugReadiness(recordedProbe('probe-bb'), { portPath });
    assert.ok(findings.some(({ level, text }) => level === 'warn' && text.includes('udev')));
  });
});
