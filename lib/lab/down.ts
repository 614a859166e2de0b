import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { removeMountPoints } from './mount-points.js';
import { labPaths } from './paths.js';
import { processesInLab } from './process.js';
import { readState } from './state.js';
import { isAlive } from './status.js';

export interface LabDownOptions {
  /** Default "lab". */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Takes a lab down: every process in its namespaces, and so the namespaces with all their mounts and interfaces, and
 * its folder. What is not there is no error; a lab that was half made, or whose state is lost, goes the same way.
 * @throws HotnicError `lab-down-inside` when called from inside the lab; `lab-down-failed` when a process stays.
 */
export async function labDown(options: LabDownOptions = {}): Promise<void> {
  const paths = labPaths(options.name);
  const inside = await labProcesses();
  if (inside.includes(process.pid))
    throw new HotnicError('lab-down-inside', 'this command runs inside the lab it should take down', {
      next: 'leave the lab first: exit',
    });
  if (inside.length > 0) options.onProgress?.(`ending ${inside.length} processes of the lab`);
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline;) {
    options.signal?.throwIfAborted();
    const left = await labProcesses();
    if (left.length === 0) {
      await rm(paths.stateDir, { recursive: true, force: true });
      await removeMountPoints();
      return;
    }
    for (const pid of left) kill(pid);
    await sleep(20);
  }
  const left = (await labProcesses()).join(', ');
  throw new HotnicError('lab-down-failed', `processes of the lab do not end: ${left}`, { next: 'try again' });

  // The holder is looked for by its id as well: until the first mounts it is in no recognisable namespace.
  async function labProcesses(): Promise<readonly number[]> {
    const state = await readState(paths);
    const holder = state !== null && (await isAlive(state.holder)) ? [state.holder.pid] : [];
    return [...new Set([...(await processesInLab(paths.stateDir)), ...holder])];
  }
}

const DEADLINE_MS = 30_000;

// Nothing in a lab is worth an orderly end: its disks are memory.
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
