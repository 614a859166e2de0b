import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { isKernelPart, userlandPackages } from '../../lib/lab/image/flavour.js';
import { initFiles } from '../../lib/lab/image/init-files.js';
import { imageKey } from '../../lib/lab/image/key.js';
import { moduleClosure } from '../../lib/lab/image/modules.js';
import { parseUris } from '../../lib/lab/image/resolve.js';

const cloud = { userland: 'debian', kernel: 'cloud' } as const;
const packages = [{ name: 'bash', file: 'bash_5.2_amd64.deb' }];

describe('the name of an image', () => {
  it('is the same for the same inputs', () => {
    assert.equal(imageKey(cloud, packages, 'x64'), imageKey({ ...cloud }, [...packages], 'x64'));
    assert.match(imageKey(cloud, packages, 'x64'), /^[0-9a-f]{16}$/);
  });

  it('changes with a package version, the flavour and the architecture', () => {
    const names = [
      imageKey(cloud, packages, 'x64'),
      imageKey(cloud, [{ name: 'bash', file: 'bash_5.3_amd64.deb' }], 'x64'),
      imageKey({ ...cloud, kernel: 'full' }, packages, 'x64'),
      imageKey({ ...cloud, userland: 'busybox' }, packages, 'x64'),
      imageKey(cloud, packages, 'arm64'),
    ];
    assert.equal(new Set(names).size, names.length);
  });
});

describe("apt's list of what it would fetch", () => {
  it('is read with and without a digest, sorted, the rest passed over', () => {
    const output = [
      'Reading package lists...',
      "'http://m/pool/u/udev_252%7e1_amd64.deb' udev_252~1_amd64.deb 1820 MD5Sum:ab69",
      "'http://m/pool/b/linux-image-6.1.0-56-cloud-amd64_6.1_amd64.deb' linux-image-6.1.0-56-cloud-amd64_6.1_amd64.deb 26713492 ",
      "'http://m/x' ../../etc/passwd_1_amd64.deb 12 MD5Sum:00",
      "'http://m/x' notes_1_amd64.txt 12 MD5Sum:00",
    ].join('\n');
    assert.deepEqual(
      parseUris(output).map(({ name, file }) => [name, file]),
      [
        ['linux-image-6.1.0-56-cloud-amd64', 'linux-image-6.1.0-56-cloud-amd64_6.1_amd64.deb'],
        ['udev', 'udev_252~1_amd64.deb'],
      ],
    );
  });
});

describe('the parts of a kernel package', () => {
  it('are the kernel and its modules, by whichever distribution, and not what installs them', () => {
    for (const name of [
      'linux-image-6.1.0-56-cloud-amd64',
      'linux-image-unsigned-6.8.0-31-generic',
      'linux-modules-6.8.0-31-generic',
      'linux-modules-extra-6.8.0-31-generic',
    ])
      assert.equal(isKernelPart(name), true, name);
    for (const name of ['linux-image-cloud-amd64', 'linux-base', 'initramfs-tools', 'udev'])
      assert.equal(isKernelPart(name), false, name);
  });
});

describe('the modules that an image keeps', () => {
  const modulesDep = [
    'kernel/drivers/net/virtio_net.ko: kernel/drivers/net/net_failover.ko kernel/net/core/failover.ko',
    'kernel/drivers/net/net_failover.ko: kernel/net/core/failover.ko',
    'kernel/drivers/net/ne2k-pci.ko.xz: kernel/drivers/net/8390.ko.xz',
    'kernel/sound/snd.ko:',
  ].join('\n');

  it('are the wanted ones and what they depend on', () => {
    assert.deepEqual(moduleClosure(modulesDep, ['virtio_net']), [
      'kernel/drivers/net/net_failover.ko',
      'kernel/drivers/net/virtio_net.ko',
      'kernel/net/core/failover.ko',
    ]);
  });

  it('are found compressed, and with either sort of hyphen', () => {
    assert.deepEqual(moduleClosure(modulesDep, ['ne2k_pci', 'no_such_module']), [
      'kernel/drivers/net/8390.ko.xz',
      'kernel/drivers/net/ne2k-pci.ko.xz',
    ]);
  });
});

describe('the files that make an image boot', () => {
  for (const userland of ['debian', 'busybox'] as const)
    it(`are scripts that a shell can read (${userland})`, () => {
      const scripts = Object.entries(initFiles(userland)).filter(([path]) => path.startsWith('etc/lab/'));
      assert.ok(scripts.length >= 2);
      for (const [path, text] of scripts) {
        const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
        assert.equal(status, 0, `${path}: ${stderr}`);
      }
    });

  it('bring udev only where there is one', () => {
    assert.match(initFiles('debian')['etc/lab/boot'] ?? '', /systemd-udevd/);
    assert.doesNotMatch(JSON.stringify(initFiles('busybox')), /udev/);
    assert.ok(!userlandPackages('busybox').includes('udev'));
  });
});
