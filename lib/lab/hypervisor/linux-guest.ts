import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sshChannel, type SshChannel } from '../../channel/index.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import { domainXml, KEY_FILES } from '../domain-xml.js';
import { imageOf } from '../guests.js';
import { READY_LINE } from '../image/init-files.js';
import { forgetGuestKey, makeGuestKeys } from '../keys.js';
import { labPaths } from '../paths.js';
import { runningState } from '../status.js';
import type { LabGuestSpec } from '../types.js';
import type { OuterMachine } from './outer-machine.js';

/** A Linux guest inside of the outer machine. */
export interface LinuxGuest {
  /** A new SSH connection, through the outer machine. User root. */
  connect(): Promise<SshChannel>;
}

/**
 * Starts one of the lab's guests (`spec`, as of `labAddGuest`) as a domain of the outer machine, and waits for its SSH
 * server. An emulated machine in an emulated machine takes minutes to boot; it is gone with the next return to the
 * snapshot. One at a time.
 * @throws HotnicError `lab-boot-timeout` with the console's last words, and what building an image throws
 */
export async function startLinuxGuest(
  labName: string,
  outer: OuterMachine,
  spec: LabGuestSpec,
  timeoutMs: number = BOOT_TIMEOUT_MS,
): Promise<LinuxGuest> {
  const paths = labPaths(labName);
  const image = await imageOf(spec, (await runningState(paths)).cacheDir, {});
  await forgetGuestKey(paths, PORT);
  await rm(paths.guestDir(spec.name), { recursive: true, force: true });
  await makeGuestKeys(paths, spec.name, PORT);
  const disk = `${paths.guestDir(spec.name)}.img`;
  await makeDisk(disk, `${paths.guestDir(spec.name)}.files`, [
    image.kernel,
    image.initrd,
    ...KEY_FILES.map((name) => `${paths.guestDir(spec.name)}/${name}`),
  ]);
  await plugDisk(outer, disk);
  await using channel = await outer.connect();
  const folder = `${FOLDER}/${spec.name}`;
  const files = {
    kernel: `${folder}/${basename(image.kernel)}`,
    initrd: `${folder}/${basename(image.initrd)}`,
  };
  await sh(channel, copyScript(folder));
  const xml = domainXml(spec, { ...files, virtType: 'qemu', guestDir: folder, sshPort: PORT });
  await channel.writeFile(`${folder}/domain.xml`, xml);
  await sh(
    channel,
    `chown -R libvirt-qemu ${folder} && virsh -q define ${folder}/domain.xml && virsh -q start ${spec.name}`,
  );
  await booted(channel, `${folder}/serial.log`, timeoutMs);
  const endpoint = { ...outer.endpoint, port: PORT };
  return {
    connect: async () => {
      const through = await outer.connect();
      const guest = await sshChannel(endpoint, { ...AS_ROOT, through });
      guest.lost.addEventListener('abort', () => {
        void through.close();
      });
      return guest;
    },
  };
}

// Readable for the account that libvirt runs guests under.
const FOLDER = '/var/lib/libvirt/images';
// On the loopback of the outer machine.
const PORT = 2301;
const AS_ROOT = { environment: { home: '/root', user: 'root' }, connectTimeoutMs: 120_000 };
const BOOT_TIMEOUT_MS = 1_200_000;

// A file system without room to spare: what is read from it is not encrypted by an emulated processor, as over SSH.
async function makeDisk(disk: string, work: string, files: readonly string[]): Promise<void> {
  await mkdir(work, { recursive: true });
  try {
    for (const file of files) await copyFile(file, `${work}/${basename(file)}`);
    await rm(disk, { force: true });
    await runCommand(['mke2fs', '-q', '-t', 'ext4', '-O', '^has_journal', '-d', work, disk, '256M']);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function plugDisk(outer: OuterMachine, disk: string): Promise<void> {
  await using monitor = await outer.monitor();
  const file = { driver: 'file', filename: disk, 'read-only': true };
  await monitor.execute('blockdev-add', { driver: 'raw', 'node-name': DISK, 'read-only': true, file });
  await monitor.execute('device_add', {
    driver: 'virtio-blk-pci',
    id: DISK,
    drive: DISK,
    serial: DISK,
    bus: 'rp8',
  });
}

const DISK = 'files';
const copyScript = (folder: string) => `
until [ -e /dev/disk/by-id/virtio-${DISK} ]; do sleep 0.2; done
mkdir -p ${folder} /mnt/${DISK}
mount -o ro /dev/disk/by-id/virtio-${DISK} /mnt/${DISK}
find /mnt/${DISK} -maxdepth 1 -type f -exec cp -t ${folder} {} +
`;

async function sh(channel: SshChannel, script: string): Promise<string> {
  const { status, stdout, stderr } = await channel.run(['sh', '-euc', script], { timeoutMs: 120_000 });
  if (status === 0) return stdout;
  throw new HotnicError('lab-command-failed', `${script} failed in the lab's hypervisor`, { seen: stderr });
}

async function booted(channel: SshChannel, serialLog: string, timeoutMs: number): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
    if ((await sh(channel, `cat ${serialLog}`)).includes(READY_LINE)) return;
    await sleep(2000);
  }
  throw new HotnicError('lab-boot-timeout', `the guest did not finish booting in ${timeoutMs} ms`, {
    seen: (await sh(channel, `tail -c 2000 ${serialLog}`)).trim(),
  });
}
