import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inGuest, libvirt } from '../lab.js';
import type { Proxy } from './proxy.js';

/** What a fault can get at. */
export interface Scene {
  readonly domain: string;
  readonly proxy: Proxy;
  /** A small file system of its own: the folder of the journal. */
  readonly stateDir: string;
}

/** Something that happens in the middle of a change. */
export interface Fault {
  readonly name: string;
  inflict(scene: Scene): Promise<void>;
  /** Ends it, so that the change can be finished or taken back. */
  mend(scene: Scene): Promise<void>;
}

export const FAULTS = {
  libvirtd: { name: 'libvirtd restarted', inflict: restartLibvirtd, mend: nothing },
  sshCut: {
    name: 'SSH cut',
    inflict({ proxy }) {
      proxy.cut();
      return Promise.resolve();
    },
    mend({ proxy }) {
      proxy.mend();
      return Promise.resolve();
    },
  },
  sshSilent: {
    name: 'SSH silent',
    inflict({ proxy }) {
      proxy.silence();
      return Promise.resolve();
    },
    mend({ proxy }) {
      proxy.mend();
      return Promise.resolve();
    },
  },
  paused: {
    name: 'guest paused',
    inflict: ({ domain }) => withDomain(domain, (one) => one.suspend()),
    mend: ({ domain }) => withDomain(domain, (one) => one.resume()),
  },
  rebooted: {
    name: 'guest rebooted',
    inflict: ({ domain }) => withDomain(domain, (one) => one.reset()),
    mend: ({ domain }) => answers(domain),
  },
  diskFull: {
    name: 'disk full',
    inflict({ stateDir }) {
      fill(stateDir);
      return Promise.resolve();
    },
    mend: ({ stateDir }) => {
      rmSync(`${stateDir}/filler`);
      return Promise.resolve();
    },
  },
} as const satisfies Record<string, Fault>;

async function nothing(): Promise<void> {}

type Handle = Awaited<ReturnType<Awaited<ReturnType<typeof libvirt>>['domainLookupByName']>>;

async function withDomain(name: string, use: (domain: Handle) => Promise<void>): Promise<void> {
  await using connection = await libvirt();
  await use(await connection.domainLookupByName(name));
}

const PID_FILE = '/run/libvirtd.pid';
const DAEMON = ['--daemon', '--config', '/etc/libvirt/libvirtd.conf', '--pid-file', PID_FILE];

/** Killed and started again, as the lab starts it (lib/lab/libvirtd.ts). The guests go on running. */
async function restartLibvirtd(): Promise<void> {
  // libvirt 9.0, killed a moment after it has told of DEVICE_REMOVED, repeats its netdev_del when it is there again,
  // is told "Device not found" by QEMU, and ends the domain: a case of libvirt's own.
  await sleep(500);
  const pid = Number(readFileSync(PID_FILE, 'utf8'));
  if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'libvirtd')
    throw new Error(`${pid} is no libvirtd`);
  process.kill(pid, 'SIGKILL');
  for (let left = 100; runs(pid) && left > 0; left--) await sleep(20);
  execFileSync('libvirtd', DAEMON, { stdio: 'ignore', timeout: 30_000 });
}

function runs(pid: number): boolean {
  try {
    // A zombie has ended: its parent is not of the lab.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function answers(domain: string): Promise<void> {
  const until = Date.now() + 150_000;
  for (;;) {
    try {
      await inGuest(domain, 'udevadm', 'settle');
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(1_000);
    }
  }
}

/** Not a byte is left. */
function fill(folder: string): void {
  const fd = openSync(`${folder}/filler`, 'w');
  try {
    for (let size = 64 * 1024; size > 0; size = size > 1 ? Math.floor(size / 2) : 0)
      try {
        for (;;) writeSync(fd, Buffer.alloc(size));
      } catch {
        // As much as that does not fit any more.
      }
  } finally {
    closeSync(fd);
  }
}
