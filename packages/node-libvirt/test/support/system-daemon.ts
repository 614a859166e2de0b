import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/index.js';

/** A privileged libvirtd in a mount and a network namespace of its own. */
export interface SystemDaemon {
  /** The socket; that for readers has `-ro` behind its name. */
  readonly socket: string;
  stop(): Promise<void>;
}

const FOLDERS = [
  '/run/libvirt',
  '/etc/libvirt',
  '/var/lib/libvirt',
  '/var/cache/libvirt',
  '/var/log/libvirt',
];

/** Starts it as `libvirtd` of the system would run. Root alone can. It touches nothing of the machine's own libvirt. */
export async function startSystemDaemon(): Promise<SystemDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'nlv-system-'));
  for (const name of FOLDERS) {
    await mkdir(join(folder, name), { recursive: true });
    await mkdir(name, { recursive: true });
  }
  await mkdir(join(folder, '/var/log/libvirt/qemu'), { recursive: true });
  const access = ['auth_unix_rw = "none"', 'auth_unix_ro = "none"', 'unix_sock_group = "root"'];
  await writeFile(join(folder, '/etc/libvirt/libvirtd.conf'), `${access.join('\n')}\n`);
  await writeFile(
    join(folder, '/etc/libvirt/qemu.conf'),
    'user = "root"\ngroup = "root"\nsecurity_driver = "none"\n',
  );
  await accounts(folder);
  const mounts = [...FOLDERS, '/etc/passwd', '/etc/group']
    .map((name) => `mount --bind "$1${name}" ${name}`)
    .join(' && ');
  const script = `${mounts} && ip link set lo up && exec libvirtd --pid-file "$1/libvirtd.pid"`;
  const child = spawn('unshare', ['--mount', '--net', 'sh', '-c', script, 'sh', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
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
  const socket = join(folder, '/run/libvirt/libvirt-sock');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const connection = await connect(`qemu:///system?socket=${socket}`).catch(() => null);
    if (connection !== null) {
      await connection.close();
      return { socket, stop };
    }
    await sleep(50);
  }
  await stop();
  throw new Error(`libvirtd did not start as root: ${said}`);
}

/** libvirtd does not start its QEMU driver without these, whatever qemu.conf says. */
async function accounts(folder: string): Promise<void> {
  const [users, groups] = await Promise.all([
    readFile('/etc/passwd', 'utf8'),
    readFile('/etc/group', 'utf8'),
  ]);
  const user = /^libvirt-qemu:/m.test(users)
    ? ''
    : 'libvirt-qemu:x:64055:64055::/var/lib/libvirt:/bin/false\n';
  const missing = ['libvirt-qemu', 'kvm'].filter((name) => !new RegExp(`^${name}:`, 'm').test(groups));
  await writeFile(join(folder, '/etc/passwd'), users + user);
  await writeFile(
    join(folder, '/etc/group'),
    groups + missing.map((name, index) => `${name}:x:${64_055 + index}:\n`).join(''),
  );
}
