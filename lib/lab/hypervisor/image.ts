import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { inWorkFolder, keptFolder } from '../image/cache.js';
import type { ImageOptions } from '../image/ensure.js';
import { resolvePackages } from '../image/resolve.js';
import type { ResolvedPackage } from '../image/resolve.js';
import type { DebianSources } from './apt-sources.js';
import { buildMachine } from './build.js';
import {
  INITRAMFS_FILES,
  MACHINE_EXCLUDED,
  MACHINE_PACKAGES,
  MACHINE_UNITS,
  machineFiles,
} from './root-files.js';

/** The outer machine before its first boot. */
export interface MachineImage {
  readonly key: string;
  readonly kernel: string;
  readonly initrd: string;
  /** Raw, and never written to: what runs writes to an overlay. */
  readonly disk: string;
  /** Private key that root of the machine accepts. */
  readonly identity: string;
  readonly hostKey: string;
}

/**
 * Gives the outer machine's image from the cache, or builds it there first (about a minute).
 * @throws HotnicError `lab-packages-unknown`, `lab-command-failed`, `lab-architecture`, `lab-node-unusable`
 */
export async function ensureMachineImage(
  sources: DebianSources,
  options: ImageOptions,
): Promise<MachineImage> {
  if (process.arch !== 'x64')
    throw new HotnicError(
      'lab-architecture',
      `the hypervisor lab is built for x86-64, not for ${process.arch}`,
    );
  const shelf = `${options.cacheDir}/hypervisors`;
  return inWorkFolder(shelf, async (work) => {
    const packages = await resolvePackages(
      `${work}/apt`,
      ['?essential', ...MACHINE_PACKAGES],
      options.signal,
    );
    const node = {
      program: process.execPath,
      version: process.version,
      bytes: (await stat(process.execPath)).size,
    };
    const key = machineKey(packages, sources, node);
    const place = await keptFolder(shelf, key, async () => {
      options.onProgress?.("building the hypervisor's image (about a minute, once)");
      await buildMachine(`${work}/image`, work, sources, node.program, options.signal);
      return `${work}/image`;
    });
    return {
      key,
      kernel: `${place}/vmlinuz`,
      initrd: `${place}/initrd`,
      disk: `${place}/root.raw`,
      identity: `${place}/id_ed25519`,
      hostKey: `${place}/host_key.pub`,
    };
  });
}

/** Raised when the way the image is put together changes while none of the inputs below does. */
const RECIPE = 1;

/** Names the image by everything that goes into it. */
export function machineKey(
  packages: readonly ResolvedPackage[],
  sources: DebianSources,
  node: { readonly version: string; readonly bytes: number },
): string {
  const inputs = {
    recipe: RECIPE,
    suite: sources.suite,
    packages: packages.map(({ file }) => file),
    node: [node.version, node.bytes],
    files: Object.entries({ ...INITRAMFS_FILES, ...machineFiles() }).map(([path, content]) => [
      path,
      createHash('sha256').update(content).digest('hex'),
    ]),
    excluded: MACHINE_EXCLUDED,
    units: MACHINE_UNITS,
  };
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
}
