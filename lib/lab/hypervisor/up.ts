import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { runCommand } from '../command.js';
import type { LabPaths } from '../paths.js';
import { makeNamespace, type NamespaceOptions } from '../make-namespace.js';
import { requireLabParts } from '../requirements.js';
import { labSshArgv } from '../ssh.js';
import { changeState } from '../state.js';
import { stopwatch } from '../stopwatch.js';
import { debianSources } from './apt-sources.js';
import { enterMachine } from './enter.js';
import type { MachineImage } from './image.js';
import { ensureMachineImage } from './image.js';
import { launchFromSnapshot } from './launch.js';
import { MACHINE_NAME, MACHINE_SSH_PORT, machineArguments } from './machine.js';
import { writePackageImage } from './package-image.js';
import { ensureQemu } from './qemu.js';
import { ensureSnapshot } from './snapshot.js';

/** Makes sure that this machine has what the hypervisor lab is built with. Throws what `requireLabParts` throws. */
export async function requireHypervisorParts(): Promise<void> {
  await requireLabParts(HYPERVISOR_PROGRAMS);
}

const HYPERVISOR_PROGRAMS = { mmdebstrap: 'mmdebstrap', 'qemu-img': 'qemu-utils', mke2fs: 'e2fsprogs' };

/**
 * Brings up a lab that is one outer machine: builds and boots it once, then goes on from the snapshot of that boot.
 * @throws what building and booting it throw (`lab-packages-unknown`, `lab-qemu-unusable`, `lab-hotnic-unbuilt`,
 *   `lab-node-unusable`, `lab-guest-failed`, `lab-command-failed`); the abort reason
 */
export async function bringUpHypervisor(paths: LabPaths, options: NamespaceOptions): Promise<void> {
  const { signal, cacheDir } = options;
  const timer = stopwatch();
  const sources = await debianSources(signal);
  const qemu = await timer.measure('qemu', () => ensureQemu(sources, options));
  const image = await timer.measure('image', () => ensureMachineImage(sources, options));
  const { holder } = await timer.measure('namespace', () => makeNamespace(paths, options));
  const runDir = paths.guestDir(MACHINE_NAME);
  await mkdir(runDir, { recursive: true });
  await takeKeys(paths, image);
  const packageImage = `${runDir}/hotnic.img`;
  await timer.measure('hotnic', () => writePackageImage(packageImage, `${runDir}/hotnic`, signal));
  await changeState(paths, (state) => ({
    ...state,
    guests: [{ name: MACHINE_NAME, machine: 'hypervisor', sshPort: MACHINE_SSH_PORT }],
  }));
  const ssh = (command: readonly string[], timeoutMs: number) =>
    runCommand(labSshArgv(entrance(paths, holder.pid), MACHINE_NAME, command), { signal, timeoutMs });
  const boot = { image, qemu, holder, packageImage, runDir, ssh };
  const snapshot = await timer.measure('snapshot', () => ensureSnapshot(boot, options));
  // The name is that of something unfinished: should it stay behind, it is cleared away.
  const disk = `${cacheDir}/snapshots/.building-${paths.name}.qcow2`;
  const argv = [...qemu.argv, ...machineArguments({ ...image, disk, packageImage, runDir })];
  const process = await timer.measure('machine', () =>
    launchFromSnapshot(holder, { argv, disk, runDir }, snapshot, signal),
  );
  await changeState(paths, (state) => ({
    ...state,
    hypervisor: { process, argv, snapshot, disk, packageImage },
  }));
  await timer.measure('enter', () => enterMachine(ssh));
  await changeState(paths, (state) => ({ ...state, timings: timer.total() }));
}

/** What ssh into the outer machine takes. */
export function entrance(paths: LabPaths, holderPid: number): Parameters<typeof labSshArgv>[0] {
  const guest = { name: MACHINE_NAME, machine: 'hypervisor', sshPort: MACHINE_SSH_PORT } as const;
  return { ...paths, holderPid, guests: [{ ...guest, sshReady: true, domainState: 'running' }] };
}

// The snapshot holds the machine's keys, so they are the image's and not made for each lab.
async function takeKeys(paths: LabPaths, image: MachineImage): Promise<void> {
  await copyFile(image.identity, paths.identity);
  await copyFile(`${image.identity}.pub`, `${paths.identity}.pub`);
  await writeFile(paths.knownHosts, '', { mode: 0o644 });
  const [type, key] = (await readFile(image.hostKey, 'utf8')).split(' ');
  await appendFile(paths.knownHosts, `[127.0.0.1]:${MACHINE_SSH_PORT} ${type ?? ''} ${key ?? ''}\n`);
}
