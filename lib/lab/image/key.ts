import { createHash } from 'node:crypto';
import { WANTED_MODULES } from './flavour.js';
import type { GuestFlavour } from './flavour.js';
import { initFiles } from './init-files.js';
import type { ResolvedPackage } from './resolve.js';

/** Raised when the way an image is put together changes while none of the inputs below does. */
const RECIPE = 1;

/** Names an image by everything that goes into it: the same inputs give the same 16 hexadecimal digits. */
export function imageKey(
  flavour: GuestFlavour,
  packages: readonly ResolvedPackage[],
  architecture: string,
): string {
  const inputs = {
    recipe: RECIPE,
    architecture,
    flavour: [flavour.userland, flavour.kernel],
    packages: packages.map(({ file }) => file),
    modules: WANTED_MODULES,
    files: initFiles(flavour.userland),
  };
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
}
