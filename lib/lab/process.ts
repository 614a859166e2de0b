import { readFile, readdir, readlink } from 'node:fs/promises';

/** When a process started, in clock ticks since boot: with its id, its identity. Undefined when it is gone. */
export async function processStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is a name in parentheses that may hold anything; state is the first after it, start the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

/**
 * The ids of all processes in the mount namespace of the lab whose state folder is `stateDir`. They are known by what
 * is mounted there, not by a recorded number that may since belong to something else.
 */
export async function processesInLab(stateDir: string): Promise<readonly number[]> {
  const seen = new Map<string, boolean>();
  const inside: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const namespace = await readlink(`/proc/${name}/ns/mnt`).catch(() => undefined);
    if (namespace === undefined) continue;
    const known = seen.get(namespace) ?? mountsLab(await mountInfo(name), stateDir);
    seen.set(namespace, known);
    if (known) inside.push(Number(name));
  }
  return inside;
}

/** True when the text of a mountinfo file has the lab's run folder mounted on /run/libvirt. */
export function mountsLab(mountInfoText: string, stateDir: string): boolean {
  const folder = stateDir.replace(/^\/run(?=\/)/, '');
  return mountInfoText.split('\n').some((line) => {
    const [, , , root = '', mountPoint] = line.split(' ');
    // The root is relative to its file system, which is /run itself or one that /run is a folder of.
    return mountPoint === '/run/libvirt' && (root === `${folder}/run` || root.endsWith(`/run${folder}/run`));
  });
}

async function mountInfo(pid: string): Promise<string> {
  return readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '');
}
