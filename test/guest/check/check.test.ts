import assert from 'node:assert/strict';
import { localChannel } from '../../../lib/channel/local.js';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { checkGuest, judgeCheck } from '../../../lib/guest/check/check-guest.js';
import type { GuestCheck } from '../../../lib/guest/check/check-types.js';
import { parseInspection } from '../../../lib/guest/inspect/inspect-guest.js';
import { fixture, NONCE } from '../fixture.js';
import { inspectedWith } from '../inspect/answers.js';
import { NIC_TREES } from '../inspect/trees.js';

/** A check that a real guest of the lab answered, changed in places. */
function checked(
  name: string,
  nic?: string,
  ...changes: readonly (readonly [string | RegExp, string])[]
): GuestCheck {
  const text = changes.reduce((all, [from, to]) => {
    const changed = all.replace(from, () => to);
    assert.notEqual(changed, all, String(from));
    return changed;
  }, fixture(name));
  return judgeCheck(parseInspection(text, NONCE, { sentMs: 1000, receivedMs: 1400 }, 'check'), nic);
}

function saying({ findings }: GuestCheck, topic: string): string[] {
  return findings.filter((one) => one.topic === topic).map(({ level, text }) => `${level}: ${text}`);
}

describe('checkGuest', function () {
  this.timeout(30_000);

  it('looks at this machine in one command', async () => {
    await using channel = localChannel();
    let commands = 0;
    const counted = {
      ...channel,
      run: (...args: Parameters<typeof channel.run>) => (commands++, channel.run(...args)),
    };
    const { findings } = await checkGuest(counted);
    assert.equal(commands, 1);
    assert.ok(findings.some(({ topic }) => topic === 'hot-plug'));
  });

  for (const [name, kind] of [
    ['check-acpi', 'acpi'],
    ['check-native', 'native'],
  ] as const)
    it(`finds a recorded guest with ${kind} slots ready, and every reason for it`, () => {
      const check = checked(name);
      assert.deepEqual([check.ready, check.kind], [true, kind]);
      assert.match(saying(check, 'slots').join(), /ok: \d of 8 hot-plug slots are free/);
      assert.match(saying(check, 'drivers').join(), /ok: drivers that are there: virtio_net/);
      assert.deepEqual(saying(check, 'rights'), ['ok: this user is root']);
      assert.deepEqual(saying(check, 'kernel-log'), ['ok: the kernel log shows no fault']);
    });

  it('finds a recorded busybox guest ready, and says what it cannot tell', () => {
    const check = checked('check-bb');
    assert.deepEqual([check.ready, check.kind], [true, 'acpi']);
    assert.match(check.inspection.limits.join('\n'), /no ethtool[^]*udev does not run/);
    assert.match(saying(check, 'hot-plug').join('\n'), /warn: udev does not run in the guest/);
    assert.deepEqual(
      check.inspection.nics.map(({ name, driver, offloads }) => [name, driver, offloads]),
      [['eth0', 'virtio_net', null]],
    );
  });

  it('finds room for registers behind the ports of a native guest', () => {
    assert.deepEqual(saying(checked('check-native'), 'windows'), [
      'ok: every free port has room for a device’s registers',
    ]);
  });

  it('says which port has no memory window', () => {
    const check = checked(
      'check-native',
      undefined,
      [
        /^(0000:00:01\.1\t\d+)\t0x\S+\t0x\S+\t0x0{13}200$/m,
        '0000:00:01.1\t14\t0x0000000000000000\t0x0000000000000000\t0x0000000000000000',
      ],
      [
        /^(0000:00:01\.1\t\d+)\t0x\S+\t0x\S+\t0x0{10}[1-9a-f]\S*$/m,
        '0000:00:01.1\t15\t0x0000000000000000\t0x0000000000000000\t0x0000000000000000',
      ],
    );
    assert.match(saying(check, 'windows').join(), /warn: 0000:00:01\.1: less than 32 KiB/);
  });

  describe('of a NIC that is to go', () => {
    const name = 'enp1s0';

    it('names its slot and finds nobody on it', () => {
      const check = checked('check-acpi', name);
      assert.equal(check.ready, true);
      assert.match(saying(check, 'slots').join(), /enp1s0 sits behind the hot-plug port 0000:00:01\.0/);
      assert.deepEqual(saying(check, 'sockets'), ['ok: no process holds a socket on enp1s0']);
    });

    it('refuses the one that carries the session, and names the processes on it', () => {
      const check = checked('check-acpi', 'enp0s30');
      assert.equal(check.ready, false);
      const [session, holders] = saying(check, 'sockets');
      assert.equal(session, 'fail: this session runs over enp0s30');
      assert.match(holders ?? '', /warn: sockets on enp0s30: sshd \(\d+\): tcp 10\.0\.2\.15:22/);
      assert.match(
        saying(check, 'slots').join(),
        /fail: enp0s30 .* sits on the root bus, in no slot|ok: enp0s30/,
      );
    });

    it('finds a packet socket by the NIC’s number', () => {
      const ifindex = /^enp1s0\t(\d+)\t/m.exec(fixture('check-acpi'))?.[1] ?? '';
      const socket = `ffff8f0000000000 3      3    0003   ${ifindex}     1      0      0      4242`;
      const check = checked(
        'check-acpi',
        name,
        [/^>packet\n.*$/m, `>packet\nhead\n${socket}`],
        [`#${NONCE} processes`, `>999\n4242\n#${NONCE} processes\n999\ttcpdump`],
      );
      assert.match(saying(check, 'sockets').join(), /sockets on enp1s0: tcpdump \(999\): packet/);
    });

    it('is chosen by its MAC or PCI address too', () => {
      const mac = checked('check-acpi', name).nic?.mac ?? '';
      assert.equal(checked('check-acpi', mac.toUpperCase()).nic?.name, name);
      assert.equal(checked('check-acpi', '0000:01:00.0').nic?.name, name);
    });

    it('is refused when it is not there, with the names that are', () => {
      assert.throws(
        () => checked('check-acpi', 'eth9'),
        (error) =>
          isHotnicError(error, 'nic-unknown') &&
          error.exitCode === 2 &&
          /enp1s0/.test(error.details.next ?? ''),
      );
    });
  });

  const bad: [string, string, readonly (readonly [string | RegExp, string])[], boolean, RegExp][] = [
    ['a plain user', 'rights', [[/^uid\t0$/m, 'uid\t1000']], false, /fail: this user is not root/],
    [
      'cloud-init at work',
      'cloud-init',
      [[/^uid\t0$/m, 'uid\t0\ncloud-init\trunning']],
      true,
      /warn: cloud-init has not finished/,
    ],
    [
      'a read-only root',
      'files',
      [[/^rootfs \/ rootfs rw,/m, 'rootfs / rootfs ro,']],
      true,
      /warn: read-only: \//,
    ],
    [
      'a guest that boots',
      'hot-plug',
      [[/^uid\t0$/m, 'uid\t0\nsystemd\tstarting']],
      false,
      /fail: the guest is still booting/,
    ],
    [
      'a kernel that could not place registers',
      'windows',
      [
        [
          `#${NONCE} kernel-signs`,
          `#${NONCE} kernel-signs\n[  9.1] pci 0000:01:00.0: BAR 4: no space for [mem size 0x00004000 64bit pref]`,
        ],
      ],
      true,
      /warn: the kernel could not place/,
    ],
    [
      'a kernel with a fault',
      'kernel-log',
      [[`#${NONCE} kernel-signs`, `#${NONCE} kernel-signs\n[  9.1] BUG: unable to handle page fault`]],
      true,
      /warn: the kernel has reported a fault/,
    ],
    [
      'a module for another kernel',
      'drivers',
      [
        [
          /^filename: .*vmxnet3\.ko\n(?:.*\n)*?vermagic: .*$/m,
          'filename: /x/vmxnet3.ko\nname: vmxnet3\nvermagic: 5.10.0-1-amd64 SMP',
        ],
      ],
      true,
      /warn: \w+ was built for 5\.10\.0-1-amd64/,
    ],
    [
      'a module whose dependency is gone',
      'drivers',
      [[`#${NONCE} kernel-signs`, `missing:\tnet_failover\n#${NONCE} kernel-signs`]],
      true,
      /warn: virtio_net depends on net_failover/,
    ],
    [
      'a kernel without modules',
      'drivers',
      [[/drivers-there\n[^#]*#/, 'drivers-there\n#']],
      true,
      /warn: the guest has no module for any NIC/,
    ],
  ];
  for (const [what, topic, changes, ready, text] of bad)
    it(`tells ${what}`, () => {
      const check = checked('check-acpi', undefined, ...changes);
      assert.equal(check.ready, ready);
      assert.match(saying(check, topic).join('\n'), text);
    });

  it('tells that a slot’s indicator blinks: a request is on its way', () => {
    const port = fixture('check-native').split('\n');
    const at = port.indexOf('>0000:00:01.0', port.indexOf(`#${NONCE} config-space`));
    const bytes = port
      .slice(at + 1, at + 17)
      .join('')
      .trim()
      .split(/\s+/);
    // The PCI Express capability (0x10) is where the list leads; bits 9:8 of Slot Control say "blink" with 10b.
    let cap = Number.parseInt(bytes[0x34] ?? '', 16);
    while (bytes[cap] !== '10') cap = Number.parseInt(bytes[cap + 1] ?? '', 16);
    bytes[cap + 0x19] = ((Number.parseInt(bytes[cap + 0x19] ?? '', 16) & ~3) | 2)
      .toString(16)
      .padStart(2, '0');
    const check = checked('check-native', undefined, [
      port.slice(at, at + 17).join('\n'),
      `>0000:00:01.0\n ${bytes.join(' ')}`.replace(/((?: \w\w){16})/g, '$1\n').trimEnd(),
    ]);
    assert.equal(check.ready, false);
    assert.match(saying(check, 'slots').join(), /fail: the power indicator of the port 0000:00:01\.0 blinks/);
  });

  it('needs no slot where NICs sit on a bus of their own', () => {
    const tree = NIC_TREES.find(({ bus }) => bus === 'xen');
    assert.ok(tree);
    const machine = ['hypervisor-type\txen', 'hypervisor-guest_type\tPV', 'have\tmodinfo'];
    const { kind, findings } = judgeCheck(inspectedWith(tree, { machine, check: {} }), tree.name);
    assert.equal(kind, 'bus');
    assert.ok(findings.every(({ text }) => !text.includes('no hot-plug driver')));
  });

  it('warns that a platform adds interfaces only to a machine that is off', () => {
    const [tree] = NIC_TREES;
    assert.ok(tree);
    const check = judgeCheck(
      inspectedWith(tree, { machine: ['sys_vendor\tAkamai', 'cpu-flag\thypervisor'], check: {} }),
    );
    assert.match(saying(check, 'platform').join(), /warn: Akamai \(Linode\): .* powered off/);
  });
});
