import { basename } from 'node:path';
import { sshChannel, type SshChannel, type SshEndpoint } from '../../channel/index.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import type { LabPaths } from '../paths.js';
import { labPaths } from '../paths.js';
import { labSshArgv } from '../ssh.js';
import type { LabHypervisorState, LabState } from '../state.js';
import { changeState } from '../state.js';
import { isAlive, runningState } from '../status.js';
import { enterMachine } from './enter.js';
import { MACHINE_FUNCTIONS } from './functions.js';
import { endMachine, launchFromSnapshot } from './launch.js';
import { MACHINE_NAME, MACHINE_SSH_PORT, monitorSocket, SNAPSHOT } from './machine.js';
import { machineUri } from './machine-uri.js';
import { writePackageImage } from './package-image.js';
import { openQmp, type Qmp } from './qmp.js';
import { entrance } from './up.js';

/** The outer machine of a hypervisor lab that is up. All of it works inside the lab's namespaces only. */
export interface OuterMachine {
  /** Its libvirtd: `qemu+ssh://…` with key and known hosts, for `hotnic -c`. */
  readonly uri: string;
  /** Where its SSH server is, for {@link sshChannel}. User root. */
  readonly endpoint: SshEndpoint;
  /** A new SSH connection; a return to the snapshot breaks it. */
  connect(): Promise<SshChannel>;
  /** QEMU's monitor of the outer machine; one client at a time. `device_del` makes a function vanish from the machine. */
  monitor(): Promise<Qmp>;
  /**
   * Goes back to the snapshot of the booted machine: devices, drivers, disk, domains, all of it. About 2 s; where
   * functions were taken out or put in meanwhile, or the machine has died, a new process takes 5 s.
   */
  restore(signal?: AbortSignal): Promise<void>;
  /** Puts the hotnic of now into the machine: after a build. */
  refreshHotnic(signal?: AbortSignal): Promise<void>;
}

/**
 * The outer machine of the lab `name`.
 * @throws HotnicError `lab-absent`, `lab-other-kind`
 */
export async function outerMachine(name: string): Promise<OuterMachine> {
  const paths = labPaths(name);
  const state = await runningState(paths);
  await hypervisorOf(paths);
  const runDir = paths.guestDir(MACHINE_NAME);
  const endpoint: SshEndpoint = {
    host: '127.0.0.1',
    port: MACHINE_SSH_PORT,
    user: 'root',
    identity: [paths.identity],
    knownHosts: [paths.knownHosts],
    configFile: 'none',
  };
  const ssh = (command: readonly string[], timeoutMs: number, signal?: AbortSignal) =>
    runCommand(labSshArgv(entrance(paths, state.holder.pid), MACHINE_NAME, command), { signal, timeoutMs });
  const enter = (signal?: AbortSignal) =>
    enterMachine((command, timeoutMs) => ssh(command, timeoutMs, signal));
  return {
    uri: machineUri(paths),
    endpoint,
    connect: () =>
      sshChannel(endpoint, { environment: { home: '/root', user: 'root' }, connectTimeoutMs: 60_000 }),
    monitor: () => openQmp(monitorSocket(runDir)),
    restore: async (signal) => {
      const machine = await hypervisorOf(paths);
      if (!(await loaded(machine, monitorSocket(runDir))))
        await relaunch(paths, state, machine, runDir, signal);
      await enter(signal);
    },
    refreshHotnic: async (signal) => {
      const { packageImage } = await hypervisorOf(paths);
      await writePackageImage(packageImage, `${runDir}/${basename(packageImage, '.img')}`, signal);
      await enter(signal);
    },
  };
}

async function hypervisorOf(paths: LabPaths): Promise<LabHypervisorState> {
  const { hypervisor } = await runningState(paths);
  if (hypervisor !== undefined) return hypervisor;
  throw new HotnicError('lab-other-kind', `lab ${paths.name} is no hypervisor lab`, {
    next: `hotnic lab up --hypervisor --name OTHER`,
  });
}

// False where it takes a new process: a snapshot fits the devices that there were, and a monitor may not answer.
async function loaded(machine: LabHypervisorState, socket: string): Promise<boolean> {
  if (!(await isAlive(machine.process))) return false;
  try {
    await using qmp = await openQmp(socket, LOAD_TIMEOUT_MS);
    const devices = await deviceNames(qmp);
    if (devices.some((name) => !name.startsWith('rp') && !KNOWN.has(name))) return false;
    if ([...KNOWN].some((name) => !devices.includes(name))) return false;
    await qmp.human(`loadvm ${SNAPSHOT}`);
    return true;
  } catch {
    return false;
  }
}

// 2 s at rest.
const LOAD_TIMEOUT_MS = 60_000;

const KNOWN: ReadonlySet<string> = new Set(['shared', ...MACHINE_FUNCTIONS.map(({ id }) => id)]);

async function deviceNames(qmp: Qmp): Promise<readonly string[]> {
  const list = (await qmp.execute('qom-list', { path: '/machine/peripheral' })) as {
    readonly name: string;
    readonly type: string;
  }[];
  return list.filter(({ type }) => type.startsWith('child<')).map(({ name }) => name);
}

async function relaunch(
  paths: LabPaths,
  state: LabState,
  machine: LabHypervisorState,
  runDir: string,
  signal?: AbortSignal,
): Promise<void> {
  await endMachine(machine.process);
  const process = await launchFromSnapshot(state.holder, { ...machine, runDir }, machine.snapshot, signal);
  await changeState(paths, (current) => ({ ...current, hypervisor: { ...machine, process } }));
}
