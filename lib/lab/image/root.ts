import { chmod, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runCommand } from '../command.js';
import type { GuestFlavour } from './flavour.js';
import { initFiles } from './init-files.js';
import { trimModules } from './modules.js';

/**
 * Makes a bootable root file system in `root` from the archives in `archives`. `takeKernel` is given the folder with
 * the kernel before that is dropped: the kernel is loaded from outside.
 */
export async function buildRoot(
  root: string,
  archives: string,
  userland: GuestFlavour['userland'],
  signal: AbortSignal | undefined,
  takeKernel: (boot: string) => Promise<void>,
): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const file of (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort())
    await runCommand(['dpkg-deb', '-x', `${archives}/${file}`, root], { signal });
  await chmod(root, 0o755);
  await linkApplets(root, signal);
  await trimModules(root, userland, signal);
  await takeKernel(`${root}/boot`);
  for (const path of NOT_NEEDED) await rm(`${root}/${path}`, { recursive: true, force: true });
  for (const path of ['proc', 'sys', 'dev', 'run', 'tmp', 'root', 'var/lib/dhcp', 'var/log', 'var/run'])
    await mkdir(`${root}/${path}`, { recursive: true });
  for (const [path, text] of Object.entries(initFiles(userland))) await writeGuestFile(root, path, text);
  await symlink('/bin/busybox', `${root}/init`);
}

const NOT_NEEDED = [
  ...[
    'doc',
    'man',
    'locale',
    'info',
    'lintian',
    'bug',
    'bash-completion',
    'zoneinfo',
    'pixmaps',
    'gcc',
    'gdb',
  ].map((name) => `usr/share/${name}`),
  'usr/lib/x86_64-linux-gnu/gconv',
  'lib/udev/hwdb.d',
  'usr/lib/udev/hwdb.d',
  'var/cache',
  'boot',
];

/** Every busybox command that no package brought becomes a link, /bin/sh too where no shell is installed. */
async function linkApplets(root: string, signal?: AbortSignal): Promise<void> {
  const busybox = (await exists(`${root}/bin/busybox`)) ? '/bin/busybox' : '/usr/bin/busybox';
  const list = await runCommand(['chroot', root, busybox, '--list'], { signal });
  await mkdir(`${root}/usr/bin`, { recursive: true });
  // As on Debian: dash, which also starts several times faster than bash on an emulated processor.
  if (await exists(`${root}/bin/dash`)) await symlink('dash', `${root}/bin/sh`).catch(() => undefined);
  for (const applet of list.split('\n').filter((name) => /^[\w[-]+$/.test(name))) {
    const places = ['bin', 'sbin', 'usr/bin', 'usr/sbin'].map((dir) => `${root}/${dir}/${applet}`);
    if ((await Promise.all(places.map(exists))).includes(true)) continue;
    // Scripts name /bin/sh; the rest is found by PATH.
    await symlink(busybox, applet === 'sh' ? `${root}/bin/sh` : `${root}/usr/bin/${applet}`);
  }
}

async function writeGuestFile(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(`${root}/${path}`), { recursive: true });
  await rm(`${root}/${path}`, { force: true });
  await writeFile(`${root}/${path}`, text, { mode: path.startsWith('etc/lab/') ? 0o755 : 0o644 });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
