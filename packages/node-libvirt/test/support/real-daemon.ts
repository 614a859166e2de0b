import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/index.js';

/** A libvirtd of this test's own, in session mode: its sockets, state and guests live in a temporary folder. */
export interface RealDaemon {
  readonly socket: string;
  /** Holds everything of the daemon's; it is gone once the daemon was stopped. */
  readonly folder: string;
  /** A URI that reaches this daemon: uri('qemu', 'session'). */
  uri(driver: string, path: string): string;
  /** SIGKILL: the connection drops without a word. */
  kill(): void;
  stop(): Promise<void>;
}

/** How a daemon is to run. */
export interface RealDaemonOptions {
  /** Lines of libvirtd.conf; `folder` is where files it names may lie. */
  readonly config?: (folder: string) => Promise<readonly string[]> | readonly string[];
  /** Listens on the network too, as the configuration says. */
  readonly listen?: boolean;
  /** More environment: where SASL looks, where the libraries of another libvirt lie. */
  readonly env?: (folder: string) => Readonly<Record<string, string>>;
  /** True when it answers; by default a test:///default connection without any login. */
  readonly answers?: (daemon: RealDaemon) => Promise<void>;
}

/** Starts libvirtd and waits until it answers. Throws when libvirtd is not installed: a missing daemon is a failure. */
export async function startRealDaemon(options: RealDaemonOptions = {}): Promise<RealDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'nlv-'));
  // Session mode needs an unprivileged user; as root, nobody's numbers serve.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  for (const name of ['.', 'run', 'config', 'cache', 'data']) {
    await mkdir(join(folder, name), { recursive: true });
    if (user.uid !== undefined) await chown(join(folder, name), user.uid, user.gid);
  }
  const lines = (await options.config?.(folder)) ?? [];
  if (lines.length > 0) {
    await mkdir(join(folder, 'config', 'libvirt'), { recursive: true });
    await writeFile(join(folder, 'config', 'libvirt', 'libvirtd.conf'), `${lines.join('\n')}\n`);
  }
  if (user.uid !== undefined) await chownAll(folder, user.uid, user.gid);
  const child = spawn('libvirtd', options.listen === true ? ['--listen'] : [], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      HOME: folder,
      XDG_RUNTIME_DIR: join(folder, 'run'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_DATA_HOME: join(folder, 'data'),
      ...options.env?.(folder),
    },
  });
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  const log = collect(child);
  const socket = join(folder, 'run', 'libvirt', 'libvirt-sock');
  const daemon: RealDaemon = {
    socket,
    folder,
    uri: (driver, path) => `${driver}:///${path}?socket=${socket}`,
    kill: () => {
      child.kill('SIGKILL');
    },
    stop: async () => {
      child.kill('SIGKILL');
      await exited(child);
      process.removeListener('exit', onExit);
      await killGuests(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  await answering(daemon, child, log, options.answers ?? opensTest);
  return daemon;
}

async function opensTest(daemon: RealDaemon): Promise<void> {
  const connection = await connect(daemon.uri('test', 'default'), { timeoutMs: 2000 });
  await connection.close();
}

/** Everything in the folder becomes the daemon's user's. */
async function chownAll(folder: string, uid: number, gid: number): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), uid, gid);
}

async function answering(
  daemon: RealDaemon,
  child: ChildProcess,
  log: () => string,
  answers: (daemon: RealDaemon) => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + 8000;
  for (;;) {
    try {
      await answers(daemon);
      return;
    } catch (cause) {
      if (Date.now() > deadline || child.exitCode !== null || child.pid === undefined) {
        await daemon.stop();
        throw new Error(`libvirtd did not start: ${log()}`, { cause });
      }
      await sleep(20);
    }
  }
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-4000);
  });
  child.on('error', (error) => {
    text += error.message;
  });
  return () => text;
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
}

/** QEMU outlives its libvirtd; the pid files of this daemon's own guests say which processes to end. */
async function killGuests(home: string): Promise<void> {
  const folder = join(home, 'run', 'libvirt', 'qemu', 'run');
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter((name) => name.endsWith('.pid'))) {
    const pid = (await readFile(join(folder, file), 'utf8')).trim();
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // The number may have passed on to a process of somebody else's.
    if (commandLine.includes('qemu') && commandLine.includes(home)) {
      process.kill(Number(pid), 'SIGKILL');
    }
  }
}
