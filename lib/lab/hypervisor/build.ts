import { chmod, cp, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import type { DebianSources } from './apt-sources.js';
import {
  INITRAMFS_FILES,
  MACHINE_EXCLUDED,
  MACHINE_PACKAGES,
  MACHINE_UNITS,
  machineFiles,
} from './root-files.js';

/** Size of the root disk; the file is sparse. */
const DISK_BYTES = 3 * 2 ** 30;

/**
 * Builds the outer machine in the folder `into`: `vmlinuz`, `initrd`, `root.raw`, and the keys `id_ed25519` (root's) and
 * `host_key.pub`. The keys are the image's, because a snapshot of a booted machine holds them. `work` is for what is
 * needed on the way.
 */
export async function buildMachine(
  into: string,
  work: string,
  sources: DebianSources,
  nodeProgram: string,
  signal?: AbortSignal,
): Promise<void> {
  const root = `${work}/root`;
  await mkdir(into, { recursive: true });
  await bootstrap(root, work, sources, signal);
  for (const [path, content] of Object.entries(machineFiles())) await writeMachineFile(root, path, content);
  await makeKeys(root, into, signal);
  await cp(nodeProgram, `${root}/usr/local/bin/node`, { dereference: true });
  const chroot = (...argv: string[]) => runCommand(['chroot', root, ...argv], { signal });
  await chroot('ln', '-s', '/opt/hotnic/dist/bin/hotnic.js', '/usr/local/bin/hotnic');
  await chroot('mkdir', '-p', '/opt/hotnic');
  await chroot('node', '--version').catch((error: unknown) => {
    throw new HotnicError('lab-node-unusable', `${nodeProgram} does not run in the lab's hypervisor`, {
      why: 'it needs libraries that are only on this machine',
      next: 'use a Node.js from nodejs.org or NodeSource',
      cause: error,
    });
  });
  await chroot('systemctl', '--quiet', 'enable', ...MACHINE_UNITS.enable);
  await chroot('systemctl', '--quiet', 'mask', ...MACHINE_UNITS.mask);
  await takeKernel(root, into);
  await makeDisk(`${into}/root.raw`, root, signal);
}

async function bootstrap(
  root: string,
  work: string,
  sources: DebianSources,
  signal?: AbortSignal,
): Promise<void> {
  const files = `${work}/initramfs`;
  for (const [path, text] of Object.entries(INITRAMFS_FILES)) await writeMachineFile(files, path, text);
  const argv = [
    ...['mmdebstrap', '--quiet', '--variant=minbase', '--aptopt=Acquire::Retries "3"'],
    ...MACHINE_EXCLUDED.map((path) => `--dpkgopt=path-exclude=${path}`),
    `--include=${MACHINE_PACKAGES.join(',')}`,
    // The initramfs is made while the packages are configured.
    `--essential-hook=sync-in ${files} /`,
    ...[sources.suite, root, '-'],
  ];
  const input = sources.lines.map((line) => `${line}\n`).join('');
  await runCommand(argv, { input, signal, timeoutMs: 900_000 });
}

async function writeMachineFile(root: string, path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(`${root}/${path}`), { recursive: true });
  // A link would be followed out of the new root.
  await rm(`${root}/${path}`, { force: true });
  await writeFile(`${root}/${path}`, content);
  await chmod(`${root}/${path}`, path.startsWith('usr/local/sbin/') ? 0o755 : 0o644);
}

async function makeKeys(root: string, into: string, signal?: AbortSignal): Promise<void> {
  const key = (file: string, comment: string) =>
    runCommand(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file], { signal });
  for (const name of await readdir(`${root}/etc/ssh`))
    if (name.startsWith('ssh_host_')) await rm(`${root}/etc/ssh/${name}`);
  await key(`${root}/etc/ssh/ssh_host_ed25519_key`, 'hypervisor');
  await cp(`${root}/etc/ssh/ssh_host_ed25519_key.pub`, `${into}/host_key.pub`);
  await key(`${into}/id_ed25519`, 'hotnic lab');
  await mkdir(`${root}/root/.ssh`, { recursive: true, mode: 0o700 });
  await cp(`${into}/id_ed25519.pub`, `${root}/root/.ssh/authorized_keys`);
}

async function takeKernel(root: string, into: string): Promise<void> {
  for (const [prefix, name] of [
    ['vmlinuz-', 'vmlinuz'],
    ['initrd.img-', 'initrd'],
  ] as const) {
    const found = (await readdir(`${root}/boot`)).find((file) => file.startsWith(prefix));
    if (found === undefined) throw new HotnicError('lab-kernel-missing', `the kernel package has no ${name}`);
    await cp(`${root}/boot/${found}`, `${into}/${name}`);
  }
  for (const path of ['boot', 'var/cache/apt', 'var/lib/apt/lists']) {
    await rm(`${root}/${path}`, { recursive: true, force: true });
    await mkdir(`${root}/${path}`);
  }
}

async function makeDisk(disk: string, root: string, signal?: AbortSignal): Promise<void> {
  await writeFile(disk, '');
  await truncate(disk, DISK_BYTES);
  // Without a journal: nothing of it outlives a lab.
  const argv = ['mke2fs', '-q', '-t', 'ext4', '-L', 'hotnic-root', '-O', '^has_journal', '-d', root, disk];
  await runCommand(argv, { signal, timeoutMs: 300_000 });
}
