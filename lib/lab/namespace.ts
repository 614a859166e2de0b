import { spawn } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { runCommand } from './command.js';
import { processStart } from './process.js';

/** The process that keeps a lab's namespaces alive. */
export interface Holder {
  readonly pid: number;
  /** See `processStart`. */
  readonly start: string;
}

/** The folders libvirt works in, by their name in a lab's state folder. */
export const LIBVIRT_FOLDERS: Readonly<Record<string, string>> = {
  etc: '/etc/libvirt',
  lib: '/var/lib/libvirt',
  log: '/var/log/libvirt',
  cache: '/var/cache/libvirt',
  run: '/run/libvirt',
};

/** Starts a process of its own session in new network and mount namespaces; nothing is mounted there yet. */
export async function startHolder(signal?: AbortSignal): Promise<Holder> {
  const argv = ['--net', '--mount', '--propagation', 'private', '--', 'sleep', 'infinity'];
  const child = spawn('unshare', argv, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
    env: { PATH: HOLDER_PATH },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      reject(
        new HotnicError('lab-namespace', `no namespace could be made: ${said.trim()}`, {
          why: 'it takes root, and a root folder that is a mount point: a plain chroot is none',
          state: 'nothing was started',
          next: 'run it as root, outside of a chroot',
        }),
      );
    });
  });
  const holder = await Promise.race([failed, holding(child.pid ?? 0, signal)]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  failed.catch(() => undefined);
  child.stderr.destroy();
  child.unref();
  return holder;
}

/** The argument vector that runs `argv` in the namespaces of `pid`, in the folder "/". */
export function enterArgv(pid: number, argv: readonly string[]): readonly string[] {
  return ['nsenter', '--target', `${pid}`, '--net', '--mount', '--', ...argv];
}

/**
 * What makes the new namespaces a lab, as commands to be run inside, in order. The lab has a /run of its own, so that
 * nothing there talks to the machine's services; /sys is mounted anew because it shows the interfaces of the
 * namespace it was mounted in.
 */
export function namespaceCommands(stateDir: string): readonly (readonly string[])[] {
  const run = `${stateDir}/new-run`;
  const mountPoints = Object.entries(LIBVIRT_FOLDERS).filter(([name]) => name !== 'run');
  return [
    ...mountPoints.map(([name, path]) => ['mount', '-n', '--bind', `${stateDir}/${name}`, path]),
    ...['passwd', 'group'].map((name) => ['mount', '-n', '--bind', `${stateDir}/${name}`, `/etc/${name}`]),
    ['mount', '-n', '-t', 'sysfs', 'sysfs', '/sys'],
    ['mount', '-n', '-t', 'tmpfs', '-o', 'mode=755,size=64m', 'lab-run', run],
    ['mkdir', `${run}/hotnic`, `${run}/libvirt`, `${run}/user`, `${run}/lock`],
    ['mount', '-n', '--bind', '/run/hotnic', `${run}/hotnic`],
    ['mount', '-n', '--bind', `${stateDir}/run`, `${run}/libvirt`],
    ['mount', '-n', '--move', run, '/run'],
    ['ip', 'link', 'set', 'lo', 'up'],
    ['ip', 'link', 'add', LAB_BRIDGE.name, 'type', 'bridge'],
    ['ip', 'address', 'add', LAB_BRIDGE.address, 'dev', LAB_BRIDGE.name],
    ['ip', 'link', 'set', LAB_BRIDGE.name, 'up'],
  ];
}

/** The bridge that no libvirt network owns. */
export const LAB_BRIDGE = { name: 'br0', address: '192.168.77.1/24' } as const;

/** Runs {@link namespaceCommands} in the holder's namespaces. */
export async function furnishNamespace(
  holder: Holder,
  stateDir: string,
  signal?: AbortSignal,
): Promise<void> {
  for (const argv of namespaceCommands(stateDir)) await runCommand(enterArgv(holder.pid, argv), { signal });
}

const HOLDER_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const HOLDER_DEADLINE_MS = 10_000;

// unshare becomes sleep only after the namespaces are made.
async function holding(pid: number, signal?: AbortSignal): Promise<Holder> {
  const own = await readlink('/proc/self/ns/net');
  for (const deadline = Date.now() + HOLDER_DEADLINE_MS; Date.now() < deadline;) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    const namespace = await readlink(`/proc/${pid}/ns/net`).catch(() => own);
    const start = await processStart(pid);
    if (name.trim() === 'sleep' && namespace !== own && start !== undefined) return { pid, start };
    await sleep(5, undefined, signal === undefined ? {} : { signal });
  }
  throw new HotnicError('lab-namespace', `no namespace after ${HOLDER_DEADLINE_MS} ms`);
}
