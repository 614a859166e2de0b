import { cp, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import { WANTED_MODULES } from './flavour.js';
import type { GuestFlavour } from './flavour.js';

/**
 * Leaves in `root`/lib/modules only the wanted modules and what they depend on, with fresh indexes. The image's own
 * depmod is used, so the machine needs none.
 */
export async function trimModules(
  root: string,
  userland: GuestFlavour['userland'],
  signal?: AbortSignal,
): Promise<void> {
  const modules = await modulesFolder(root);
  const release = (await readdir(modules))[0];
  if (release === undefined) throw new HotnicError('lab-kernel-missing', 'the kernel package has no modules');
  const depmod = userland === 'debian' ? ['/sbin/depmod'] : ['/bin/busybox', 'depmod'];
  await runCommand(['chroot', root, ...depmod, release], { signal });
  const kept = moduleClosure(await readFile(`${modules}/${release}/modules.dep`, 'utf8'), WANTED_MODULES);
  await rename(`${modules}/${release}`, `${root}/all-modules`);
  for (const file of [...kept, 'modules.builtin', 'modules.builtin.modinfo', 'modules.order']) {
    await mkdir(dirname(`${modules}/${release}/${file}`), { recursive: true });
    await cp(`${root}/all-modules/${file}`, `${modules}/${release}/${file}`);
  }
  await rm(`${root}/all-modules`, { recursive: true });
  await runCommand(['chroot', root, ...depmod, release], { signal });
}

/**
 * The files that loading `wanted` takes, from the text of modules.dep (`FILE: FILE…`, all dependencies of a module
 * on its line). Module names are compared as the kernel does, with `-` and `_` the same.
 */
export function moduleClosure(modulesDep: string, wanted: readonly string[]): readonly string[] {
  const names = new Set(wanted.map(canonical));
  const kept = new Set<string>();
  for (const line of modulesDep.split('\n')) {
    const [file = '', dependencies = ''] = line.split(':');
    const name = /([^/]+)\.ko(\.\w+)?$/.exec(file)?.[1];
    if (name === undefined || !names.has(canonical(name))) continue;
    for (const each of [file, ...dependencies.trim().split(' ')]) if (each !== '') kept.add(each);
  }
  return [...kept].sort();
}

function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

// A kernel package ships /lib/modules, or /usr/lib/modules where the two are one folder.
async function modulesFolder(root: string): Promise<string> {
  const merged = `${root}/usr/lib/modules`;
  const entries = await readdir(merged).catch(() => []);
  return entries.length > 0 ? merged : `${root}/lib/modules`;
}
