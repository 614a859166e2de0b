import assert from 'node:assert/strict';
import { localChannel } from '../../lib/channel/local.js';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { isConfigPath, readConfigFiles } from '../../lib/guest/probe-config.js';
import { readUnbound } from '../../lib/guest/probe-drivers.js';
import { readHolders } from '../../lib/guest/probe-holders.js';
import { readNamespaces } from '../../lib/guest/probe-namespaces.js';
import { parseProbe } from '../../lib/guest/parse-probe.js';
import { probeGuest } from '../../lib/guest/probe.js';
import { currentUnregisterWaits } from '../../lib/guest/unregister-wait.js';
import { readGuest } from '../../lib/planes/guest-planes.js';
import { fixture, NONCE, recordedProbe } from './fixture.js';

const NETDEV =
  'enp1s0\t3\t52:54:00:00:00:02\tdown\t\t0x1002\t1500\t\t\t\t\t\t\t/sys/devices/pci0000:00/0000:00:02.0/0000:01:00.0/virtio1\tvirtio_net';
const bounds = { sentMs: 1000, receivedMs: 1400 };

/** The recorded probe with more sections, as a full one has them. */
const withSections = (text: string) =>
  parseProbe(fixture('probe-acpi').replace(`#${NONCE} clock\n`, `${text}#${NONCE} clock\n`), NONCE, bounds);

describe('a full probe', () => {
  it('asks this machine, a Linux like any guest, in one command, and reads what it says', async () => {
    await using channel = localChannel();
    const probe = await probeGuest(channel, { depth: 'full' });
    assert.ok(probe.namespaces);
    assert.ok(probe.config?.complete);
    assert.equal((await probeGuest(channel)).config, null);
  });

  it('names the namespace that a netdev was moved to', () => {
    const [named, ofProcess, closed] = readNamespaces([
      'ns\t/run/netns/blue\t',
      NETDEV,
      'ns\t/proc/77/ns/net\tdocker\t-x',
      'ns\t/proc/78/ns/net\tsleep',
      'unreadable',
    ]);
    assert.equal(named?.name, 'blue');
    assert.equal(named.netdevs[0]?.pciPath, '02.0/00.0');
    assert.deepEqual([ofProcess?.pid, ofProcess?.process], [77, 'docker\t-x']);
    assert.equal(closed?.readable, false);
  });

  it('tells which modules would serve a function, and what keeps them out', () => {
    const [one] = readUnbound(
      [
        'fn\t0000:01:00.0\tpci\t0000:01:00.0\t\tpci:v00008086d000010D3sv00008086sd00000000bc02sc00i00',
        'module\t0000:01:00.0\te1000e\tavailable',
        'log\t0000:01:00.0\t[  1.0] pci 0000:01:00.0: BAR 0\tx',
        'autoprobe\tpci\t0',
        'rule\t/etc/modprobe.d/a.conf:3:blacklist e1000e',
        'rule\t/etc/modprobe.d/a.conf:4:blacklist floppy',
        'rule\t/etc/modprobe.d/a.conf:5:install e1000e /bin/false',
      ],
      'quiet modprobe.blacklist=x,e1000e module_blacklist=e1000e',
    );
    assert.deepEqual(one?.modules, [{ name: 'e1000e', state: 'available' }]);
    assert.deepEqual(
      one.rules.map(({ kind, where }) => [kind, where]),
      [
        ['blacklist', '/etc/modprobe.d/a.conf:3'],
        ['install', '/etc/modprobe.d/a.conf:5'],
        ['blacklist', 'kernel command line'],
        ['kernel-argument', 'kernel command line'],
      ],
    );
    assert.equal(one.autoprobe, false);
    assert.equal(one.log.length, 1);
  });

  it('takes a process that is sending on a packet socket for the likely holder, others for possible ones', () => {
    const lines = [
      'packet\t100\t0\t0000',
      'packet\t101\t-1\t0003',
      'fd\t50\t4\t100',
      'fd\t60\t5\t101',
      'proc\t50\t777\tS\tperl',
      'task\t50\t50\t44 0x4 0x10000000000 0x64 0x0 0x7ff 0x14 0x1 0x2\thandle_userfault',
      'proc\t60\t778\tS\tdhclient',
      'task\t60\t60\t23 0x5\tpoll_schedule_timeout',
      'proc\t70\t779\tD\tkworker',
      'proc\t1\t2\tD\tinit',
      'proc\tx\ty\tD\tz',
    ];
    assert.deepEqual(
      readHolders(lines, 'x86_64').map(({ pid, certainty }) => [pid, certainty]),
      [
        [50, 'likely'],
        [60, 'possible'],
        [70, 'possible'],
      ],
    );
    assert.match(readHolders(lines, 'x86_64')[0]?.seen ?? '', /waits in handle_userfault/);
    assert.equal(readHolders(lines, 'riscv64')[0]?.certainty, 'possible');
  });

  it('finds the function of a netdev that the kernel waits for: the one that shows none', () => {
    const text = fixture('probe-acpi')
      .replace(
        `#${NONCE} pciehp\n`,
        `/sys/devices/pci0000:00/0000:00:02.0/0000:01:00.0\t0x020000\t0x1af4\t0x1041\t0x1af4\t0x1100\t\tvirtio-pci\n#${NONCE} pciehp\n`,
      )
      .replace(
        `#${NONCE} clock\n`,
        `<0>[  914.0] unregister_netdevice: waiting for lan7 to become free. Usage count = 2\n#${NONCE} netns\n#${NONCE} clock\n`,
      );
    const waits = currentUnregisterWaits(parseProbe(text, NONCE, bounds));
    assert.deepEqual(
      waits.map(({ netdev, pciPath }) => [netdev, pciPath]),
      [['lan7', '02.0/00.0']],
    );
  });

  it('reads configuration files only from where they are, and knows when it was cut short', () => {
    const { files, complete } = readConfigFiles([
      `${'a'.repeat(64)}  /etc/netplan/1.yaml`,
      '>/etc/netplan/1.yaml',
      '=1:network:',
      '>/etc/shadow',
      '=1:root:x',
      '>/etc/network/../shadow',
      '=1:root:x',
    ]);
    assert.deepEqual(files, [
      { path: '/etc/netplan/1.yaml', sha256: 'a'.repeat(64), lines: [{ number: 1, text: 'network:' }] },
    ]);
    assert.equal(complete, false);
    assert.ok(isConfigPath('/etc/NetworkManager/system-connections/Wired connection 1'));
    for (const path of ['/etc/passwd', '/etc/network/./x', '/etc/netplan/a\nb', '/tmp/etc/network/x'])
      assert.equal(isConfigPath(path), false, path);
  });

  it('tells of a real guest with a netdev that is held, and another in a namespace', () => {
    const probe = recordedProbe('probe-stuck-full');
    assert.deepEqual(
      currentUnregisterWaits(probe).map(({ netdev, pciPath }) => [netdev, pciPath]),
      [['enp1s0', '01.0/00.0']],
    );
    assert.deepEqual(
      probe.holders?.map(({ command, certainty }) => [command, certainty]),
      [['perl', 'likely']],
    );
    assert.deepEqual(
      probe.namespaces?.map(({ name, netdevs }) => [name, netdevs.map((netdev) => netdev.name)]),
      [['far', ['enp2s0']]],
    );
    assert.equal(probe.unbound[0]?.modules[0]?.state, 'loaded');
    const [pci, net, config] = readGuest(probe);
    assert.equal(pci.sightings.length, 3);
    assert.match(net.sightings.find(({ name }) => name === 'enp2s0')?.readFrom ?? '', /namespace far/);
    assert.equal(config.sightings[0]?.readFrom, 'ifupdown /etc/network/interfaces.d/old:2');
  });

  const hostile: Record<string, string> = {
    'a namespace without a place': `#${NONCE} netns\nns\t../../x\t\n`,
    'a thousand namespaces': `#${NONCE} netns\n${'ns\t/run/netns/a\t\n'.repeat(1000)}`,
    'a function without a place': `#${NONCE} drivers\nfn\t; rm -rf /\tpci\tx\t\ty\n`,
    'a driver’s device with a path': `#${NONCE} drivers\nfn\t0000:01:00.0\tpci\t../x\t\ty\n`,
    'no end of drivers': `#${NONCE} drivers\n${'rule\tx\n'.repeat(6000)}`,
    'sections out of order': `#${NONCE} config\n.\n#${NONCE} netns\n`,
  };
  for (const [what, text] of Object.entries(hostile))
    it(`refuses ${what}`, () => {
      assert.throws(
        () => withSections(text),
        (error) => isHotnicError(error, 'guest-probe-malformed'),
      );
    });
});
