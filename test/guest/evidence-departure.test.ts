import assert from 'node:assert/strict';
import { DepartureEvidence } from '../../lib/guest/evidence-departure.js';
import type { FinalNameBy, GuestEvent } from '../../lib/guest/watch-types.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import { lineAt, recordedEvents, recordedProbe, UUID } from './fixture.js';
import { WatchParser } from '../../lib/guest/watch-parser.js';

const pciPath = '04.0/00.0' as PciPath;

describe('DepartureEvidence', () => {
  const recordings: [string, FinalNameBy, string][] = [
    ['watch-acpi-virtio', 'udev', 'enp3s0'],
    ['watch-native-e1000e', 'udev', 'ens3'],
    ['watch-sysfs-virtio', 'sysfs', 'eth1'],
  ];
  for (const [name, finalNameBy, netdev] of recordings) {
    it(`proves in ${name} that the NIC is gone, with the last event and not before`, () => {
      const evidence = new DepartureEvidence({ pciPath, netdevs: [netdev] }, finalNameBy);
      const events = departure(name);
      for (const event of events.slice(0, -1)) {
        evidence.event(event);
        assert.equal(evidence.state.gone, null);
      }
      const [last] = events.slice(-1);
      assert.ok(last);
      evidence.event(last);
      assert.equal(evidence.state.gone?.hostMs, last.at);
      assert.deepEqual(evidence.missing(), []);
    });
  }

  it('knows the kernel waiting for a reference to be dropped, and forgets it once the function is gone', () => {
    const evidence = new DepartureEvidence({ pciPath, netdevs: ['enp3s0'] }, 'udev');
    const events = departure('watch-acpi-virtio');
    for (const event of events.filter(({ subsystem }) => subsystem !== 'pci')) evidence.event(event);
    evidence.event(
      klog('<0>[  100.000001] unregister_netdevice: waiting for enp9s0 to become free. Usage count = 2'),
    );
    assert.equal(evidence.state.unregisterWait, null);
    evidence.event(
      klog('<0>[  100.000002] unregister_netdevice: waiting for enp3s0 to become free. Usage count = 2'),
    );
    assert.ok(evidence.state.netdevRemoved);
    assert.match(evidence.missing().join('; '), /let go of.*waiting for enp3s0.*the PCI function/);
    for (const event of events.filter(({ subsystem }) => subsystem === 'pci')) evidence.event(event);
    assert.equal(evidence.state.unregisterWait, null);
    assert.ok(evidence.state.gone);
  });

  it('takes a probe that lacks the function for proof, and one that has it for none', () => {
    const evidence = new DepartureEvidence({ pciPath: '10.0' as PciPath, netdevs: ['enp0s16'] }, 'udev');
    const probe = recordedProbe('probe-acpi');
    evidence.probe(probe, 1);
    assert.deepEqual(evidence.missing(), ['the network device to go', 'the PCI function to go']);
    evidence.probe({ ...probe, pci: [], netdevs: [] }, 2);
    assert.equal(evidence.state.gone?.by, 'probe');
  });

  it('sees in a probe that the netdev is stuck: out of sight, the function still there, the log complaining', () => {
    const evidence = new DepartureEvidence({ pciPath: '10.0' as PciPath, netdevs: ['enp0s16'] }, 'udev');
    const text = 'unregister_netdevice: waiting for enp0s16 to become free. Usage count = 2';
    const probe = recordedProbe('probe-acpi');
    const kernelLog = { readable: true, unregisterWaits: [{ netdev: 'enp0s16', text, timeS: 1 }] };
    evidence.probe({ ...probe, netdevs: [], kernelLog }, 1);
    assert.equal(evidence.state.unregisterWait?.text, text);
    assert.equal(evidence.state.gone, null);
  });

  it('starts over when something is put into the slot again', () => {
    const evidence = new DepartureEvidence({ pciPath, netdevs: ['enp3s0'] }, 'udev');
    for (const event of departure('watch-acpi-virtio')) evidence.event(event);
    const [add] = recordedEvents('watch-acpi-virtio').filter(
      (event) => event.pciPath === pciPath && event.action === 'add',
    );
    assert.ok(add);
    evidence.event({ ...add, seqnum: 99_999 });
    assert.equal(evidence.state.gone, null);
  });
});

/** The events of the NIC from its first sign of leaving on. */
function departure(name: string): GuestEvent[] {
  const events = recordedEvents(name).filter((event) => event.pciPath === pciPath);
  return events.slice(events.findIndex(({ action }) => action === 'remove'));
}

function klog(line: string): GuestEvent {
  const [item] = new WatchParser(UUID).feed(lineAt(`K\t${line}`, 7));
  assert.ok(item?.kind === 'event');
  return item.event;
}
