import { constants } from 'node:fs';
import { access, open, readdir } from 'node:fs/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { runCommand } from './command.js';

/** What a lab needs that this machine lacks. */
export interface LabRequirements {
  readonly missing: readonly MissingPart[];
  /** The command that mends it; undefined when nothing is missing or the system has no apt. */
  readonly command?: string;
  /** False on systems that are neither Debian nor made from it: the lab's guests are Debian packages. */
  readonly supported: boolean;
}

export interface MissingPart {
  /** The program or device that was looked for. */
  readonly part: string;
  /** The Debian package that has it; undefined for a device. */
  readonly package?: string;
}

/** Looks for everything a lab needs, and for the programs of `more` (program to package). Changes nothing. */
export async function labRequirements(more: Readonly<Record<string, string>> = {}): Promise<LabRequirements> {
  const missing: MissingPart[] = [];
  for (const [part, name] of Object.entries({ ...PROGRAMS, ...more }))
    if (!(await onPath(part))) missing.push({ part, package: name });
  if (await onPath('libvirtd')) missing.push(...(await missingDrivers()));
  if (!(await canOpen('/dev/net/tun'))) missing.push({ part: '/dev/net/tun' });
  return describeMissing(missing, await onPath('apt-get'));
}

/** Puts together what is missing and the command for it; see {@link labRequirements}. */
export function describeMissing(missing: readonly MissingPart[], hasApt: boolean): LabRequirements {
  const packages = [...new Set(missing.flatMap((part) => part.package ?? []))];
  return {
    missing,
    supported: hasApt,
    ...(hasApt && packages.length > 0 ? { command: aptCommand(packages).join(' ') } : {}),
  };
}

/** @throws HotnicError `lab-packages-missing`, `lab-system-unsupported`, `lab-needs-root`. */
export async function requireLabParts(more?: Readonly<Record<string, string>>): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new HotnicError('lab-needs-root', 'the lab makes network and mount namespaces, which takes root', {
      next: 'run the same command through sudo',
    });
  const { missing, command, supported } = await labRequirements(more);
  if (!supported)
    throw new HotnicError(
      'lab-system-unsupported',
      'the lab is built from Debian packages and this system has no apt',
      {
        next: 'use a machine or a container with Debian 12 or newer, or Ubuntu 22.04 or newer',
      },
    );
  if (missing.length === 0) return;
  const parts = missing.map(({ part }) => part).join(', ');
  throw new HotnicError('lab-packages-missing', `the lab needs what this machine lacks: ${parts}`, {
    next: command ?? 'modprobe tun',
  });
}

/** Installs what is missing with apt, without questions, and gives the packages. Takes root. */
export async function installLabPackages(signal?: AbortSignal): Promise<readonly string[]> {
  const installed: string[] = [];
  for (;;) {
    const { missing } = await labRequirements();
    const packages = [...new Set(missing.flatMap((part) => part.package ?? []))];
    // What is still missing after its package was installed is for requireLabParts to tell.
    if (packages.every((name) => installed.includes(name))) return installed;
    if (installed.length === 0) await runCommand(['apt-get', '-q', 'update'], { signal, timeoutMs: 300_000 });
    await runCommand(aptCommand(packages), { signal, timeoutMs: 900_000 });
    installed.push(...packages);
  }
}

function aptCommand(packages: readonly string[]): string[] {
  return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
}

const PROGRAMS: Readonly<Record<string, string>> = {
  libvirtd: 'libvirt-daemon',
  'qemu-system-x86_64': 'qemu-system-x86',
  dnsmasq: 'dnsmasq-base',
  iptables: 'iptables',
  ip: 'iproute2',
  cpio: 'cpio',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
  'dpkg-deb': 'dpkg',
};

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

async function onPath(program: string): Promise<boolean> {
  for (const folder of FOLDERS)
    if (
      await access(`${folder}/${program}`, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}

// Newer systems have libvirt's drivers in packages of their own; which, shows only once libvirtd is there.
const DRIVERS: Readonly<Record<string, string>> = {
  'libvirt_driver_qemu.so': 'libvirt-daemon-driver-qemu',
  'libvirt_driver_network.so': 'libvirt-daemon-driver-network',
};

async function missingDrivers(): Promise<readonly MissingPart[]> {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/lib/x86_64-linux-gnu'];
  const found = await Promise.all(
    folders.map((folder) => readdir(`${folder}/libvirt/connection-driver`).catch(() => [])),
  );
  const present = new Set(found.flat());
  return Object.entries(DRIVERS)
    .filter(([file]) => !present.has(file))
    .map(([part, name]) => ({ part, package: name }));
}

async function canOpen(path: string): Promise<boolean> {
  try {
    await (await open(path, constants.O_RDWR)).close();
    return true;
  } catch {
    return false;
  }
}
