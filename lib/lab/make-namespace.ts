import { mkdir } from 'node:fs/promises';
import { writeAccounts } from './accounts.js';
import { prepareLibvirtd } from './libvirtd.js';
import { makeMountPoints } from './mount-points.js';
import { furnishNamespace, startHolder } from './namespace.js';
import type { LabPaths } from './paths.js';
import type { LabState } from './state.js';
import { writeState } from './state.js';

export interface NamespaceOptions {
  readonly cacheDir: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Makes the folders and the namespaces of a new lab, with nothing running in them but the process that holds them, and
 * notes it in the lab's state.
 * @throws HotnicError `lab-namespace`, `lab-command-failed`; the abort reason
 */
export async function makeNamespace(paths: LabPaths, options: NamespaceOptions): Promise<LabState> {
  options.onProgress?.('making the namespaces');
  await makeMountPoints();
  await mkdir(paths.stateDir, { recursive: true, mode: 0o755 });
  await prepareLibvirtd(paths.stateDir, options.cacheDir);
  await writeAccounts(paths.stateDir);
  const holder = await startHolder(options.signal);
  const { name } = paths;
  const state: LabState = {
    schema: 'hotnic.lab-state/1',
    name,
    cacheDir: options.cacheDir,
    holder,
    guests: [],
    timings: {},
  };
  // Noted before anything is mounted: whatever fails from here on, the holder can be found and ended.
  await writeState(paths, state).catch((error: unknown) => {
    process.kill(holder.pid, 'SIGKILL');
    throw error;
  });
  await furnishNamespace(holder, paths.stateDir, options.signal);
  return state;
}
