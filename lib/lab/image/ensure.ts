import { mkdir, readFile, readdir, rename } from 'node:fs/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import { inWorkFolder, keptFolder } from './cache.js';
import { isKernelPart, kernelPackage, userlandPackages } from './flavour.js';
import type { GuestFlavour } from './flavour.js';
import { imageKey } from './key.js';
import { fetchPackages, resolvePackages } from './resolve.js';
import type { ResolvedPackage } from './resolve.js';
import { buildRoot } from './root.js';

/** A kernel and an initramfs that holds a whole system. */
export interface GuestImage {
  readonly kernel: string;
  readonly initrd: string;
  readonly key: string;
}

export interface ImageOptions {
  readonly cacheDir: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Gives the image of a flavour from the cache, or builds it there first (10–20 s). An image is built beside its place
 * and renamed into it, so a half-built one is never seen; two builders at once both succeed and one result is kept.
 * @throws HotnicError `lab-packages-unknown`, `lab-command-failed`, `lab-architecture`.
 */
export async function ensureImage(flavour: GuestFlavour, options: ImageOptions): Promise<GuestImage> {
  if (process.arch !== 'x64')
    throw new HotnicError(
      'lab-architecture',
      `the lab's guests are built for x86-64, not for ${process.arch}`,
    );
  const images = `${options.cacheDir}/images`;
  return inWorkFolder(images, async (work) => {
    const packages = await resolveFlavour(work, flavour, options.signal);
    const key = imageKey(flavour, packages, process.arch);
    const place = await keptFolder(images, `${flavour.userland}-${flavour.kernel}-${key}`, async () => {
      options.onProgress?.(
        `building the guest image (${flavour.userland} userland, ${flavour.kernel} kernel)`,
      );
      await fetchPackages(`${work}/userland`, packages, `${work}/archives`, options.signal);
      await build(work, flavour, options.signal);
      return `${work}/image`;
    });
    return { key, kernel: `${place}/vmlinuz`, initrd: `${place}/initrd` };
  });
}

async function resolveFlavour(
  work: string,
  flavour: GuestFlavour,
  signal?: AbortSignal,
): Promise<readonly ResolvedPackage[]> {
  const kernel = kernelPackage(flavour.kernel, await distribution());
  const [system, kernelParts] = await Promise.all([
    resolvePackages(`${work}/userland`, userlandPackages(flavour.userland), signal),
    resolvePackages(`${work}/kernel`, [kernel], signal),
  ]);
  return [...system, ...kernelParts.filter(({ name }) => isKernelPart(name))];
}

async function build(work: string, flavour: GuestFlavour, signal?: AbortSignal): Promise<void> {
  const root = `${work}/root`;
  await mkdir(`${work}/image`);
  await buildRoot(root, `${work}/archives`, flavour.userland, signal, async (boot) => {
    const kernel = (await readdir(boot)).find((name) => name.startsWith('vmlinuz-'));
    if (kernel === undefined) throw new HotnicError('lab-kernel-missing', 'the kernel package has no kernel');
    await rename(`${boot}/${kernel}`, `${work}/image/vmlinuz`);
  });
  const files = await runCommand(['find', root, '-mindepth', '1', '-printf', '%P\\0'], { signal });
  // Not compressed: an emulated core unpacks more slowly than it copies.
  const cpio = [
    'cpio',
    '--quiet',
    '-o',
    '-0',
    '-H',
    'newc',
    '-R',
    '0:0',
    '-D',
    root,
    '-F',
    `${work}/image/initrd`,
  ];
  await runCommand(cpio, { input: files, signal });
}

async function distribution(): Promise<'debian' | 'ubuntu'> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID="?ubuntu"?$/m.test(text) ? 'ubuntu' : 'debian';
}
