import assert from 'node:assert/strict';
import { ArrivalEvidence } from '../../lib/guest/evidence-arrival.js';
import type { FinalNameBy, GuestEvent } from '../../lib/guest/watch-types.js';
import type { MacAddress } from '../../lib/nic/mac-address.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import { recordedEvents, recordedProbe } from './fixture.js';

const path = '04.0/00.0' as PciPath;
const mac = '52:54:00:00:10:01' as MacAddress;

describe('ArrivalEvidence', () => {
  const recordings: [string, FinalNameBy, string, string][] = [
    ['watch-acpi-virtio', 'udev', 'enp3s0', 'virtio_net'],
    ['watch-native-e1000e', 'udev', 'ens3', 'e1000e'],
    ['watch-sysfs-virtio', 'sysfs', 'eth1', 'virtio_net'],
  ];
  for (const [name, finalNameBy, netdev, driver] of recordings) {
    it(`settles on the final name in ${name}, by path and by MAC`, () => {
      for (const matcher of [{ pciPath: path }, { mac }]) {
        const evidence = new ArrivalEvidence(matcher, finalNameBy);
        feed(evidence, beforeLeaving(name));
        const { state } = evidence;
        assert.equal(state.name, netdev);
        assert.equal(state.mac, mac);
        assert.equal(state.driver, driver);
        assert.equal(state.pciPath, path);
        assert.deepEqual(evidence.missing(), []);
      }
    });

    it(`sees in ${name} that the NIC left again`, () => {
      const evidence = new ArrivalEvidence({ pciPath: path }, finalNameBy);
      feed(evidence, recordedEvents(name));
      assert.ok(evidence.state.left);
      assert.equal(evidence.state.settled, null);
      assert.match(evidence.missing().join(), /left again/);
    });
  }

  it('never settles before udev has answered every kernel event of the NIC', () => {
    const evidence = new ArrivalEvidence({ pciPath: path }, 'udev');
    const events = recordedEvents('watch-acpi-virtio').filter(({ action }) => !gone(action));
    const open = new Set<number>();
    for (const event of events) {
      evidence.event(event);
      if (event.pciPath === path && event.seqnum !== null) {
        if (event.source === 'kernel') open.add(event.seqnum);
        else open.delete(event.seqnum);
      }
      if (evidence.state.settled) assert.equal(open.size, 0);
    }
    assert.equal(open.size, 0);
    assert.ok(evidence.state.settled);
    const last = events.filter(({ source, pciPath }) => source === 'udev' && pciPath === path).at(-1);
    assert.equal(evidence.state.settled.guestS, last?.guestTime);
  });

  it('settles all the same when udev is read before the kernel', () => {
    const events = recordedEvents('watch-acpi-virtio').filter(({ action }) => !gone(action));
    const flipped = [...events].sort((a, b) => Number(b.source === 'udev') - Number(a.source === 'udev'));
    const evidence = new ArrivalEvidence({ pciPath: path }, 'udev');
    feed(evidence, flipped);
    assert.equal(evidence.state.name, 'enp3s0');
    assert.equal(evidence.state.pendingUevents, 0);
    assert.ok(evidence.state.settled);
  });

  it('says what is missing when an answer of udev was lost, and takes a probe for it', () => {
    const evidence = new ArrivalEvidence({ pciPath: path }, 'udev');
    const events = recordedEvents('watch-acpi-virtio').filter(({ action }) => !gone(action));
    feed(
      evidence,
      events.filter(({ source, subsystem }) => source !== 'udev' || subsystem !== 'queues'),
    );
    assert.deepEqual(evidence.missing(), ['udev to finish 2 events']);
    const probe = recordedProbe('probe-acpi');
    const [first] = probe.pci.filter(({ path: each }) => each === '10.0');
    const [netdev] = probe.netdevs.filter(({ name }) => name === 'enp0s16');
    assert.ok(first && netdev);
    evidence.probe({ ...probe, pci: [{ ...first, path }], netdevs: [{ ...netdev, pciPath: path }] }, 5000);
    assert.equal(evidence.state.settled?.by, 'probe');
  });

  it('does not settle for a function without a driver', () => {
    const evidence = new ArrivalEvidence({ pciPath: path }, 'udev');
    feed(
      evidence,
      recordedEvents('watch-native-e1000e').filter(
        ({ action, subsystem }) => action === 'add' && subsystem === 'pci',
      ),
    );
    assert.ok(evidence.state.pciAdded);
    assert.deepEqual(evidence.missing(), ['a driver bound to the PCI function', 'a network device']);
  });

  it('takes a NIC that comes to the same place again for a new one, whatever udev still says of the old', () => {
    const events = recordedEvents('watch-acpi-virtio').filter(({ source }) => source !== 'klog');
    const later = events.map((event) => ({ ...event, seqnum: (event.seqnum ?? 0) + 1000 }));
    const evidence = new ArrivalEvidence({ pciPath: path }, 'udev');
    const lastRemove = events.findLastIndex(({ source }) => source === 'udev');
    const late = events[lastRemove];
    assert.ok(late);
    feed(evidence, events.slice(0, lastRemove));
    feed(evidence, later.slice(0, 3));
    feed(evidence, [late]);
    assert.equal(evidence.state.left, null);
    feed(
      evidence,
      later.slice(3).filter(({ action }) => !gone(action)),
    );
    assert.ok(evidence.state.settled);
  });

  it('is not concerned by other NICs', () => {
    const evidence = new ArrivalEvidence({ pciPath: '05.0/00.0' as PciPath }, 'udev');
    feed(evidence, recordedEvents('watch-acpi-virtio'));
    assert.deepEqual(evidence.missing(), ['the PCI function']);
  });
});

function gone(action: string): boolean {
  return action === 'remove' || action === 'unbind';
}

function feed(evidence: ArrivalEvidence, events: readonly GuestEvent[]): void {
  for (const event of events) evidence.event(event);
}

/** The events up to the first departure. */
function beforeLeaving(name: string): GuestEvent[] {
  const events = recordedEvents(name);
  const end = events.findIndex(({ action }) => gone(action));
  return events.slice(0, end);
}
