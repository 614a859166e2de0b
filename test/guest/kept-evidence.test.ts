import assert from 'node:assert/strict';
import { evidenceText, keepEvidence } from '../../lib/guest/kept-evidence.js';
import type { GuestEvent, GuestWatch } from '../../lib/guest/watch-types.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import { recordedEvents } from './fixture.js';

function watchOf(history: readonly GuestEvent[]): GuestWatch {
  return {
    finalNameBy: 'udev',
    kernelLog: true,
    onEvent: () => () => undefined,
    history,
    ended: Promise.resolve(null),
    toHostMs: (s) => s * 1000,
    clockErrorMs: 12.4,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const PATHS = { acpi: 'watch-acpi-virtio', native: 'watch-native-e1000e' } as const;

function keep(recording: string) {
  const events = recordedEvents(recording);
  const pciPath = events.find((event) => event.pciPath !== null)?.pciPath ?? ('' as PciPath);
  return keepEvidence(watchOf(events), { pciPath, names: [] });
}

describe('the evidence of a guest that is kept', () => {
  it('has the NIC’s events with both clocks, and a bound', () => {
    const kept = keep(PATHS.acpi);
    assert.ok(kept.events.length > 0 && kept.events.length <= 40);
    assert.ok(kept.events.every(({ hostMs, text }) => hostMs > 0 && text.length <= 200));
    assert.ok(kept.events.some(({ guestS }) => guestS !== null));
    assert.equal(kept.clockErrorMs, 12);
  });

  it('has what a native slot and its driver log', () => {
    const kept = keep(PATHS.native);
    assert.ok(kept.kernelLog.length > 0);
    assert.ok(kept.kernelLog.some(({ text }) => /pciehp|e1000e/.test(text)));
    assert.match(evidenceText(kept, 'arrival'), /lines of its kernel log$/);
  });

  it('says that nothing logged is normal for an ACPI slot', () => {
    const kept = { events: [], kernelLog: [], left: 0, clockErrorMs: 1 };
    assert.match(evidenceText(kept, 'departure'), /nothing logged .* normal for an ACPI slot/);
  });

  it('leaves out what is of other devices, and escape sequences', () => {
    const [event] = recordedEvents(PATHS.acpi);
    assert.ok(event);
    const line = (text: string): GuestEvent => ({
      ...event,
      source: 'klog',
      devpath: '',
      pciPath: null,
      text,
    });
    const history = [
      line('usb 1-1: new device'),
      line('br0: port 1(enp9s0) \u001b[31mentered disabled state'),
    ];
    const kept = keepEvidence(watchOf(history), { pciPath: null, names: ['enp9s0'] });
    assert.deepEqual(
      kept.kernelLog.map(({ text }) => text),
      ['br0: port 1(enp9s0) entered disabled state'],
    );
  });
});
