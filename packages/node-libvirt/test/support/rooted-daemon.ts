import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/index.js';

/** A libvirtd of another release, in session mode. */
export interface RootedDaemon {
  uri(driver: string, path: string): string;
  stop(): Promise<void>;
}

const NOBODY = 65_534;

/**
 * Starts the libvirtd that lies unpacked in a root file system, made for example by
 *   mmdebstrap --variant=extract --include=libvirt-daemon,libvirt0 trixie FOLDER MIRROR
 * It runs as nobody in a mount namespace of its own. Root alone can start it.
 */
export async function startRootedDaemon(root: string): Promise<RootedDaemon> {
  await mkdir(join(root, 'tmp'), { recursive: true });
  const folder = await mkdtemp(join(root, 'tmp', 'nlv-'));
  const home = folder.slice(root.length);
  for (const name of ['.', 'run', 'config', 'cache', 'data']) {
    await mkdir(join(folder, name), { recursive: true });
    await chown(join(folder, name), NOBODY, NOBODY);
  }
  // What is unpacked and not installed knows no accounts; libvirtd wants its own.
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  const script =
    'mount --bind /proc "$1/proc" && mount --bind /dev "$1/dev" && exec chroot --userspec=65534:65534 "$1" /usr/sbin/libvirtd';
  const child = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', root], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: home,
      XDG_RUNTIME_DIR: join(home, 'run'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_DATA_HOME: join(home, 'data'),
    },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const daemon: RootedDaemon = {
    uri: (driver, path) => `${driver}:///${path}?socket=${join(folder, 'run/libvirt/libvirt-sock')}`,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const connection = await connect(daemon.uri('test', 'default')).catch(() => null);
    if (connection !== null) {
      await connection.close();
      return daemon;
    }
    await sleep(50);
  }
  await daemon.stop();
  throw new Error(`the libvirtd in ${root} did not start: ${said}`);
}
