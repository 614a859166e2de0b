import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { localChannel } from '../../lib/channel/local.js';
import { HotnicError, isHotnicError } from '../../lib/errors/hotnic-error.js';
import { probeGuest } from '../../lib/guest/probe.js';
import { answering } from './stand-in-channel.js';
import { fixture, NONCE, recordedProbe } from './fixture.js';

describe('probeGuest', () => {
  it('asks this machine, a Linux like any guest, in one command', async () => {
    await using channel = localChannel();
    const probe = await probeGuest(channel);
    assert.equal(probe.hostname, hostname());
    assert.equal(probe.bootId, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
    assert.ok(Math.abs(probe.clock.uptimeS - uptime()) < 5);
    assert.ok(
      Math.abs(probe.clock.wallOffsetMs ?? Infinity) < 2000,
      `wall offset ${probe.clock.wallOffsetMs ?? ''}`,
    );
    const loopback = probe.netdevs.find(({ name }) => name === 'lo');
    assert.equal(loopback?.ifindex, 1);
    assert.equal(loopback.pciPath, null);
    assert.equal(probe.user.uid, process.getuid?.());
  });

  it('is not misled by login scripts that talk before and after', async () => {
    const channel = answering((nonce) => `Welcome!\n#x begin\n${recorded(nonce)}\nlogout\n`);
    assert.equal((await probeGuest(channel)).kernel, recordedProbe('probe-acpi').kernel);
  });

  it('stops at the deadline, and says so', async () => {
    const channel = answering(() => {
      throw new HotnicError('command-timeout', 'too slow');
    });
    await assert.rejects(probeGuest(channel), (error) => isHotnicError(error, 'guest-probe-timeout'));
  });

  const hostile: Record<string, (nonce: string) => string> = {
    'nothing at all': () => '',
    garbage: () => '\u0000\u001b]0;x\u0007\uffff'.repeat(1000),
    'half an answer': (nonce) => recorded(nonce).slice(0, 2000),
    'another nonce': () => fixture('probe-acpi'),
    'a section twice': (nonce) =>
      recorded(nonce).replace(`#${nonce} slots`, `#${nonce} pci\n#${nonce} slots`),
    'a section missing': (nonce) => recorded(nonce).replace(`#${nonce} slots\n`, ''),
    'a section that nobody knows': (nonce) => recorded(nonce).replace(`#${nonce} slots`, `#${nonce} lots`),
    'a clock of words': (nonce) => recorded(nonce).replace(/clock-end\t.*/, 'clock-end\tnoon'),
    'two kernels': (nonce) => recorded(nonce).replace('kernel\t', 'kernel\t1\nkernel\t'),
    'a netdev twice': (nonce) => recorded(nonce).replace(/^lo\t.*$/m, '$&\n$&'),
    'a netdev name with a slash': (nonce) => recorded(nonce).replace(/^lo\t/m, '../lo\t'),
    'a netdev line cut short': (nonce) => recorded(nonce).replace(/^lo\t.*$/m, 'lo\t1'),
    'a PCI function outside /sys/devices': (nonce) => recorded(nonce).replace('/sys/devices/pci', '/etc/pci'),
    'a line without end': (nonce) => recorded(nonce).replace('hostname\t', `hostname\t${'x'.repeat(20_000)}`),
    'a million lines': (nonce) =>
      recorded(nonce).replace('hostname\t', `${'x\ty\n'.repeat(1_000_000)}hostname\t`),
  };
  for (const [what, answer] of Object.entries(hostile)) {
    it(`refuses ${what} as malformed, in words that are safe to print`, async () => {
      await assert.rejects(probeGuest(answering(answer)), (error) => {
        assert.ok(isHotnicError(error, 'guest-probe-malformed'), String(error));
        assert.doesNotMatch(error.message + (error.details.seen ?? ''), /\p{Cc}/u);
        return true;
      });
    });
  }

  it('stops reading a guest that never stops talking', async () => {
    await using real = localChannel();
    const channel = {
      ...real,
      run: (_argv: readonly string[], options = {}) => real.run(['yes', 'x'], options),
    };
    await assert.rejects(probeGuest(channel), (error) => isHotnicError(error, 'guest-probe-malformed'));
  });

  it('keeps what a guest says as data: a name with an escape sequence stays what it is', async () => {
    const channel = answering((nonce) => recorded(nonce).replace(/^lo\t/m, 'l\u001b[31mo\t'));
    const probe = await probeGuest(channel);
    assert.ok(probe.netdevs.some(({ name }) => name === 'l\u001b[31mo'));
  });
});

describe('what a probe tells of a real guest', () => {
  it('q35 with ACPI hot-plug: functions, chains of ports, served slots, the way of the session', () => {
    const probe = recordedProbe('probe-acpi');
    const nic = probe.pci.find(({ path }) => path === '10.0');
    assert.equal(nic?.class, 0x020000);
    assert.equal(nic.vendor, 0x1af4);
    assert.equal(nic.driver, 'virtio-pci');
    assert.deepEqual(nic.netdevs, ['enp0s16']);
    const port = probe.pci.find(({ path }) => path === '02.0');
    assert.equal(port?.secondaryBus, '0000:01');
    assert.deepEqual(probe.hotplug.pciehpPorts, []);
    assert.deepEqual(probe.hotplug.slots[0], {
      name: '0',
      address: '0000:01:00',
      power: false,
      driver: 'acpiphp',
    });
    assert.deepEqual(probe.session, { localAddress: '10.0.2.15', netdev: 'enp0s16' });
    assert.deepEqual(probe.defaultRouteNetdevs, ['enp0s16']);
    assert.deepEqual(probe.user, { uid: 0, root: 'already' });
  });

  it('its netdev: MAC, driver, state, addresses and udev properties', () => {
    const netdev = recordedProbe('probe-acpi').netdevs.find(({ name }) => name === 'enp0s16');
    assert.ok(netdev);
    assert.equal(netdev.mac, '52:54:00:00:00:01');
    assert.equal(netdev.driver, 'virtio_net');
    assert.equal(netdev.pciPath, '10.0');
    assert.equal(netdev.carrier, true);
    assert.equal(netdev.up, true);
    assert.equal(netdev.speed, null);
    assert.equal(netdev.udev.get('ID_NET_NAME'), 'enp0s16');
    assert.deepEqual(netdev.addresses[0], {
      family: 'inet',
      address: '10.0.2.15',
      prefix: 24,
      scope: 'global',
      tentative: false,
    });
  });

  it('its clock: uncertain by half of the way there and back, not by the time the script ran', () => {
    const { clock } = recordedProbe('probe-acpi');
    assert.ok(clock.errorMs < 200, `${clock.errorMs}`);
    assert.ok(clock.monotonicS > 1);
  });

  it('q35 with native hot-plug: ports of pciehp', () => {
    const { hotplug } = recordedProbe('probe-native');
    assert.equal(hotplug.pciehpPorts[0], '0000:00:02.0');
    assert.equal(hotplug.slots[0]?.driver, 'pciehp');
  });

  it('no udev: no udevadm, not running, kernel names', () => {
    const probe = recordedProbe('probe-bb');
    assert.equal(probe.userland.udevadm, false);
    assert.equal(probe.udev.running, false);
    assert.ok(probe.netdevs.some(({ name }) => name === 'eth0'));
  });
});

function recorded(nonce: string): string {
  return fixture('probe-acpi').replaceAll(NONCE, nonce);
}
