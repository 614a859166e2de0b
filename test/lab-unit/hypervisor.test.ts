import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { parseIndexTargets } from '../../lib/lab/hypervisor/apt-sources.js';
import { MACHINE_FUNCTIONS, MACHINE_PORTS } from '../../lib/lab/hypervisor/functions.js';
import { machineKey } from '../../lib/lab/hypervisor/image.js';
import { bootSector, innerGuestXml } from '../../lib/lab/hypervisor/inner-guest.js';
import { machineArguments } from '../../lib/lab/hypervisor/machine.js';
import { majorVersion } from '../../lib/lab/hypervisor/qemu.js';
import { machineFiles } from '../../lib/lab/hypervisor/root-files.js';
import { snapshotKey } from '../../lib/lab/hypervisor/snapshot.js';

const files = { kernel: '/c/k', initrd: '/c/i', disk: '/c/d', packageImage: '/r/p', runDir: '/r' };

describe("the sources of the hypervisor's packages", () => {
  const lines = [
    'Debian|bookworm-security|main|http://m/security/|bookworm-security|$(SIGNED_BY)',
    'Debian|bookworm|main|http://m/debian/|bookworm|/k.gpg',
    'Debian|bookworm|contrib|http://contrib/|bookworm|/k.gpg',
    'Debian|bookworm-backports|main|http://m/debian/|bookworm-backports|/k.gpg',
    'Debian|trixie|main|http://m/debian/|trixie|/k.gpg',
    'Others|bookworm|main|http://o/|bookworm|',
  ];

  it("are the machine's own of Debian's suite, its updates and security, main alone", () => {
    const { lines: sources } = parseIndexTargets(lines.join('\n'), 'bookworm');
    assert.deepEqual(sources, [
      'deb [signed-by=/k.gpg] http://m/debian/ bookworm main',
      'deb http://m/security/ bookworm-security main',
    ]);
  });

  it('have backports on the same mirror, whether the machine uses them or not', () => {
    const without = lines.filter((line) => !line.includes('backports')).join('\n');
    assert.equal(
      parseIndexTargets(without, 'bookworm').backports,
      'deb [signed-by=/k.gpg] http://m/debian/ bookworm-backports main',
    );
  });

  it('are asked for where apt has no lists', () => {
    assert.throws(
      () => parseIndexTargets('', 'bookworm'),
      (error) => isHotnicError(error, 'lab-packages-unknown') && error.details.next === 'apt-get update',
    );
  });
});

describe("the hypervisor's image and snapshot", () => {
  const sources = { suite: 'bookworm', lines: [], backports: '' };
  const packages = [{ name: 'bash', file: 'bash_5.2_amd64.deb' }];
  const node = { version: 'v20.19.0', bytes: 1 };

  it('have other names when a package, Node or the suite is another', () => {
    const names = [
      machineKey(packages, sources, node),
      machineKey([{ name: 'bash', file: 'bash_5.3_amd64.deb' }], sources, node),
      machineKey(packages, { ...sources, suite: 'trixie' }, node),
      machineKey(packages, sources, { ...node, version: 'v22.0.0' }),
    ];
    assert.equal(new Set(names).size, names.length);
    assert.equal(machineKey([...packages], { ...sources }, { ...node }), names[0]);
  });

  it('fit together: another QEMU or another image takes another snapshot', () => {
    const name = snapshotKey({ key: 'a' }, { version: 'QEMU emulator version 10.0.2' });
    assert.equal(name, snapshotKey({ key: 'a' }, { version: 'QEMU emulator version 10.0.2' }));
    assert.notEqual(name, snapshotKey({ key: 'a' }, { version: 'QEMU emulator version 10.0.3' }));
    assert.notEqual(name, snapshotKey({ key: 'b' }, { version: 'QEMU emulator version 10.0.2' }));
  });

  it('have scripts that a shell can read', () => {
    const scripts = Object.entries(machineFiles()).filter(([path]) => path.startsWith('usr/local/sbin/'));
    assert.ok(scripts.length >= 2);
    for (const [path, text] of scripts)
      assert.equal(spawnSync('sh', ['-n'], { input: text }).status, 0, path);
  });
});

describe("the hypervisor's QEMU", () => {
  it('is told by the first number of its version', () => {
    assert.equal(majorVersion('QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds)'), 10);
    assert.equal(majorVersion('QEMU emulator version 7.2.22'), 7);
    assert.equal(majorVersion('libvirt 9.0'), 0);
  });

  it('listens on loopback alone, and lets the machine reach nothing', () => {
    const text = machineArguments(files).join(' ');
    assert.match(text, /hostfwd=tcp:127\.0\.0\.1:2201-/);
    assert.match(text, /user,id=management,restrict=on,/);
    assert.equal(text.match(/-netdev user/g)?.length, 1);
  });

  it('has a root port for each bus that the list of functions names', () => {
    const text = machineArguments(files).join(' ');
    assert.equal(text.match(/pcie-root-port/g)?.length, MACHINE_PORTS);
    for (const { id, mac } of MACHINE_FUNCTIONS)
      assert.ok(text.includes(`id=${id},netdev=net-${id},mac=${mac}`), id);
  });
});

describe('the guest that agrees to everything', () => {
  it('is a boot sector of a dozen bytes on a floppy', () => {
    const floppy = bootSector();
    assert.equal(floppy.length, 1_474_560);
    assert.deepEqual([...floppy.subarray(510, 512)], [0x55, 0xaa]);
    const end = floppy.indexOf(Buffer.from([0xeb]));
    // The jump goes back to the beginning: interrupts on, then the halt that waits for the next tick.
    assert.equal(end + 2 + floppy.readInt8(end + 1), 0);
    assert.equal(floppy[1], 0xf4);
  });

  it('shares its floppy, so that several can run', () => {
    assert.match(innerGuestXml('second'), /<name>second<\/name>/);
    assert.match(innerGuestXml(), /<readonly\/>/);
  });
});
