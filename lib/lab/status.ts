import { SocketError } from 'node-libvirt';
import type { Connection } from 'node-libvirt';
import { HotnicError } from '../errors/hotnic-error.js';
import { domainState, withLibvirt } from './libvirt.js';
import type { Holder } from './namespace.js';
import { machineUri } from './hypervisor/machine-uri.js';
import type { LabPaths } from './paths.js';
import { labPaths } from './paths.js';
import { processStart } from './process.js';
import { answersSsh } from './ssh-ready.js';
import type { LabGuestState, LabHypervisorState, LabState } from './state.js';
import { readState } from './state.js';
import type { LabGuestStatus, LabStatus } from './types.js';

export interface StatusOptions {
  /** Default "lab". */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The lab as it is now, or null when it is not up. A guest's state is "unknown" while its libvirtd does not answer. */
export async function labStatus(options: StatusOptions = {}): Promise<LabStatus | null> {
  const paths = labPaths(options.name);
  const state = await readState(paths);
  if (state === null || !(await isAlive(state.holder))) return null;
  const guests =
    state.hypervisor === undefined
      ? await guestStates(paths, state, options.signal)
      : await machineStates(state, state.hypervisor, options.signal);
  return {
    name: paths.name,
    holderPid: state.holder.pid,
    stateDir: paths.stateDir,
    libvirtUri: state.hypervisor === undefined ? paths.libvirtUri : machineUri(paths),
    configFile: paths.configFile,
    knownHosts: paths.knownHosts,
    identity: paths.identity,
    guests,
    timings: state.timings,
  };
}

async function guestStates(
  paths: LabPaths,
  state: LabState,
  signal?: AbortSignal,
): Promise<readonly LabGuestStatus[]> {
  return withLibvirt(paths.libvirtUri, signal, (connection) =>
    Promise.all(state.guests.map((guest) => currentState(connection, state.holder, guest, signal))),
  ).catch((error: unknown) => {
    if (!(error instanceof SocketError)) throw error;
    return state.guests.map((guest) => ({ ...guest, sshReady: false, domainState: 'unknown' }));
  });
}

// No libvirtd of this machine knows it: it runs when its process does.
async function machineStates(
  state: LabState,
  { process }: LabHypervisorState,
  signal?: AbortSignal,
): Promise<readonly LabGuestStatus[]> {
  const runs = await isAlive(process);
  return Promise.all(
    state.guests.map(async (guest) => ({
      ...guest,
      sshReady: runs && (await answersSsh(state.holder, guest.sshPort, signal)),
      domainState: runs ? 'running' : 'shut off',
    })),
  );
}

/** One guest as it is now. */
export async function guestStatus(
  paths: LabPaths,
  holder: Holder,
  guest: Pick<LabGuestState, 'name' | 'machine' | 'sshPort'>,
  signal?: AbortSignal,
): Promise<LabGuestStatus> {
  return withLibvirt(paths.libvirtUri, signal, (connection) =>
    currentState(connection, holder, guest, signal),
  );
}

/** The state of a lab that is up. Throws HotnicError `lab-absent` otherwise. */
export async function runningState(paths: LabPaths): Promise<LabState> {
  const state = await readState(paths);
  if (state !== null && (await isAlive(state.holder))) return state;
  throw new HotnicError('lab-absent', `there is no lab named ${paths.name}`, {
    next: `hotnic lab up --name ${paths.name}`,
  });
}

/** Whether the process that holds a lab's namespaces still is the one that was started for it. */
export async function isAlive(holder: Holder): Promise<boolean> {
  return (await processStart(holder.pid)) === holder.start;
}

async function currentState(
  connection: Connection,
  holder: Holder,
  guest: Pick<LabGuestState, 'name' | 'machine' | 'sshPort'>,
  signal?: AbortSignal,
): Promise<LabGuestStatus> {
  const state = await domainState(connection, guest.name, signal);
  return {
    name: guest.name,
    machine: guest.machine,
    sshPort: guest.sshPort,
    sshReady: state === 'running' && (await answersSsh(holder, guest.sshPort, signal)),
    domainState: state,
  };
}
