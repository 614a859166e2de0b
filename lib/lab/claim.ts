import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { removeMountPoints } from './mount-points.js';
import { LAB_ROOT } from './paths.js';
import { processStart } from './process.js';

/**
 * Does `work` while no other process brings up a lab of the same name. What a process that was killed left behind
 * does not count.
 * @throws HotnicError `lab-busy`.
 */
export async function claimLab<T>(name: string, work: () => Promise<T>): Promise<T> {
  const claim = `${LAB_ROOT}/.${name}.claim`;
  await mkdir(LAB_ROOT, { recursive: true });
  const holder = `${process.pid} ${(await processStart(process.pid)) ?? ''}`;
  if (!(await take(claim, holder))) {
    const [pid = '', start] = (await readFile(claim, 'utf8').catch(() => '')).split(' ');
    if ((await processStart(Number(pid))) === start && start !== undefined)
      throw new HotnicError('lab-busy', `process ${pid} is bringing up lab ${name}`, {
        next: 'wait for it to end, then try again',
      });
    await rm(claim, { force: true });
    if (!(await take(claim, holder)))
      throw new HotnicError('lab-busy', `another process brings up lab ${name}`);
  }
  try {
    return await work();
  } finally {
    await rm(claim, { force: true });
    await removeMountPoints();
  }
}

// Linked into place, so that whoever sees it can read whose it is.
async function take(claim: string, holder: string): Promise<boolean> {
  const own = `${claim}.${process.pid}`;
  await writeFile(own, holder);
  try {
    await link(own, claim);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}
