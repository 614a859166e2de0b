import { mkdir, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LIBVIRT_FOLDERS } from './namespace.js';
import { LAB_ROOT } from './paths.js';

// One path a line: the folders that labs made because the machine lacks them, to be removed with the last lab.
const MADE = `${LAB_ROOT}/.mount-points`;

/**
 * Makes the folders a lab mounts its own over, where the machine has none (libvirtd itself was never started there),
 * and notes which it made before it makes them.
 */
export async function makeMountPoints(): Promise<void> {
  const made = await madeMountPoints();
  for (const path of Object.values(LIBVIRT_FOLDERS)) {
    // The lab's /run is its own.
    if (path.startsWith('/run/') || (await isFolder(path))) continue;
    made.add(path);
    await mkdir(LAB_ROOT, { recursive: true });
    await writeFile(MADE, [...made].map((each) => `${each}\n`).join(''));
    await mkdir(path, { recursive: true });
  }
}

/** Once no lab is left, removes the folders that labs made, if they are still empty, and the labs' own folder. */
export async function removeMountPoints(): Promise<void> {
  const entries = await readdir(LAB_ROOT).catch(() => []);
  // Labs, and claims of labs that are being brought up.
  if (entries.some((name) => name !== basename(MADE))) return;
  for (const path of await madeMountPoints()) await rmdir(path).catch(() => undefined);
  await rm(MADE, { force: true });
  await rmdir(LAB_ROOT).catch(() => undefined);
  await rmdir(dirname(LAB_ROOT)).catch(() => undefined);
}

async function madeMountPoints(): Promise<Set<string>> {
  const text = await readFile(MADE, 'utf8').catch(() => '');
  const known = new Set(Object.values(LIBVIRT_FOLDERS));
  return new Set(text.split('\n').filter((path) => known.has(path)));
}

async function isFolder(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}
