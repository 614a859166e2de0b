import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import { inWorkFolder, keptFolder } from '../image/cache.js';
import type { ImageOptions } from '../image/ensure.js';
import type { Holder } from '../namespace.js';
import { waitForBoot } from '../ssh-ready.js';
import type { MachineImage } from './image.js';
import { endMachine, launchMachine } from './launch.js';
import { consoleLog, MACHINE_SSH_PORT, machineArguments, monitorSocket, SNAPSHOT } from './machine.js';
import { PACKAGE_IMAGE_BYTES } from './package-image.js';
import { openQmp } from './qmp.js';
import type { MachineQemu } from './qemu.js';

/** What the first boot takes. */
export interface FirstBoot {
  readonly image: MachineImage;
  readonly qemu: MachineQemu;
  readonly holder: Holder;
  readonly packageImage: string;
  /** The folder for monitor socket, console and process id: its path is short, a socket's may have 107 characters. */
  readonly runDir: string;
  /** Runs a command in the booted machine. */
  readonly ssh: (command: readonly string[], timeoutMs: number) => Promise<string>;
}

/**
 * Gives a disk that holds a snapshot of the booted machine from the cache, or boots the machine once in the lab and
 * takes the snapshot. Whoever goes on from it needs the same QEMU and the same arguments: both are in its key.
 * @throws HotnicError `lab-guest-failed` with the console's last words; what ssh and QEMU say
 */
export async function ensureSnapshot(boot: FirstBoot, options: ImageOptions): Promise<string> {
  const shelf = `${options.cacheDir}/snapshots`;
  const place = await inWorkFolder(shelf, (work) =>
    keptFolder(shelf, snapshotKey(boot.image, boot.qemu), async () => {
      options.onProgress?.('booting the hypervisor for the first time (about a minute, once)');
      await takeSnapshot(boot, work, options.signal);
      return `${work}/snapshot`;
    }),
  );
  return `${place}/${DISK}`;
}

/** Raised when what is done before the snapshot changes while none of the inputs below does. */
const RECIPE = 1;

/** Names the snapshot by what it was made from and what it fits: image, QEMU, QEMU's arguments. */
export function snapshotKey(image: Pick<MachineImage, 'key'>, qemu: Pick<MachineQemu, 'version'>): string {
  const names = { kernel: '', initrd: '', disk: '', packageImage: '', runDir: '' };
  const inputs = [RECIPE, image.key, qemu.version, machineArguments(names), PACKAGE_IMAGE_BYTES];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
}

const DISK = 'machine.qcow2';
// On two cores with a load of 6 it took 90 s.
const BOOT_TIMEOUT_MS = 600_000;

async function takeSnapshot(boot: FirstBoot, work: string, signal?: AbortSignal): Promise<void> {
  const { image, qemu, holder, packageImage, runDir } = boot;
  const disk = `${work}/${DISK}`;
  await mkdir(`${work}/snapshot`);
  await runCommand(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', image.disk, disk], {
    signal,
  });
  const argv = [...qemu.argv, ...machineArguments({ ...image, disk, packageImage, runDir })];
  const machine = await launchMachine(holder, argv, runDir, signal);
  try {
    const signs = { serialLog: consoleLog(runDir), sshPort: MACHINE_SSH_PORT };
    await waitForBoot(holder, signs, BOOT_TIMEOUT_MS, signal).catch(async (error: unknown) => {
      signal?.throwIfAborted();
      throw new HotnicError('lab-guest-failed', "the lab's hypervisor does not answer SSH", {
        seen: (await readFile(signs.serialLog, 'utf8').catch(() => '')).slice(-2000),
        cause: error,
      });
    });
    await boot.ssh(['lab-first-boot'], BOOT_TIMEOUT_MS);
    await using qmp = await openQmp(monitorSocket(runDir));
    await qmp.human(`savevm ${SNAPSHOT}`);
  } finally {
    await endMachine(machine);
  }
  await rename(disk, `${work}/snapshot/${DISK}`);
}
