import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, realpath, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HotnicError } from '../../errors/hotnic-error.js';
import { templateFolder } from '../../xml/template-file.js';
import { runCommand } from '../command.js';

/** Size of the file system with hotnic; the file is sparse. A snapshot fits one size alone. */
export const PACKAGE_IMAGE_BYTES = 128 * 2 ** 20;

/**
 * Writes into `file` a file system with this hotnic as it is installed: its package and what it depends on. A file that is
 * there is written in place, so that a running machine sees the new content once it mounts it anew.
 * @throws HotnicError `lab-hotnic-unbuilt` in a checkout whose command was not built
 */
export async function writePackageImage(file: string, work: string, signal?: AbortSignal): Promise<void> {
  const from = dirname(templateFolder());
  if (!existsSync(`${from}/dist/bin/hotnic.js`))
    throw new HotnicError('lab-hotnic-unbuilt', `${from} has no built command for the lab's hypervisor`, {
      next: 'node scripts/build.mjs',
    });
  try {
    for (const part of ['package.json', 'dist', 'xml-templates'])
      await copyPart(join(from, part), join(work, part));
    await copyDependencies(from, work);
    if (!existsSync(file)) await writeFile(file, '');
    await truncate(file, PACKAGE_IMAGE_BYTES);
    const argv = ['mke2fs', '-q', '-F', '-t', 'ext4', '-L', 'hotnic', '-O', '^has_journal', '-d', work, file];
    await runCommand(argv, { signal });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

// What is installed side by side here goes side by side there; a second version of a package goes into its dependent.
async function copyDependencies(
  from: string,
  into: string,
  top = into,
  placed = new Map<string, string>(),
): Promise<void> {
  for (const name of dependencies(from)) {
    const source = await installed(name, from);
    const common = join(top, 'node_modules', name);
    if (placed.get(common) === source) continue;
    const place = placed.has(common) ? join(into, 'node_modules', name) : common;
    if (placed.get(place) === source) continue;
    placed.set(place, source);
    await copyPart(source, place);
    await copyDependencies(source, place, top, placed);
  }
}

function dependencies(folder: string): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies);
}

// As Node looks for it: in the node_modules of each folder above.
async function installed(name: string, from: string): Promise<string> {
  for (let at = from; ; at = dirname(at)) {
    const found = join(at, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return realpath(found);
    if (dirname(at) === at)
      throw new HotnicError(
        'lab-hotnic-unbuilt',
        `the package ${name}, which hotnic needs, is not installed`,
        {
          next: 'npm ci',
        },
      );
  }
}

async function copyPart(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, {
    recursive: true,
    filter: (path) =>
      path === from || !(basename(path) === 'node_modules' || /\.(map|md|d\.[cm]?ts)$/.test(path)),
  });
}
