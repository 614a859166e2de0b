import { readFile, rm } from 'node:fs/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { domainXml } from './domain-xml.js';
import type { GuestImage } from './image/ensure.js';
import { ensureImage } from './image/ensure.js';
import { forgetGuestKey, makeGuestKeys } from './keys.js';
import { virtType } from './kvm.js';
import { removeDomain, startDomain, withLibvirt } from './libvirt.js';
import type { LabPaths } from './paths.js';
import { labPaths } from './paths.js';
import { waitForBoot } from './ssh-ready.js';
import type { LabState } from './state.js';
import { changeState } from './state.js';
import { guestStatus, runningState } from './status.js';
import type { LabGuestSpec, LabGuestStatus } from './types.js';

export interface AddGuestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Milliseconds for the guest to answer SSH; default 180,000, which suits a busy machine without KVM. */
  readonly bootTimeoutMs?: number;
}

/**
 * Adds a guest to a running lab: builds its image if need be, defines and starts it and waits for its SSH server. One
 * that fails to start is removed again.
 * @example await labAddGuest('lab', { name: 'deaf', machine: 'q35', kernelArgs: ['acpiphp.disable=1'] });
 * @throws HotnicError `lab-absent`, `lab-guest-exists`, `lab-guest-failed`, and what building an image throws.
 */
export async function labAddGuest(
  labName: string,
  spec: LabGuestSpec,
  options: AddGuestOptions = {},
): Promise<LabGuestStatus> {
  const paths = labPaths(labName);
  const state = await runningState(paths);
  const image = await imageOf(spec, state.cacheDir, options);
  const sshPort = await registerGuest(paths, spec);
  try {
    await startGuest(paths, state, { spec, image, sshPort }, options);
  } catch (error) {
    await labRemoveGuest(labName, spec.name);
    throw error;
  }
  return guestStatus(
    paths,
    state.holder,
    { name: spec.name, machine: spec.machine, sshPort },
    options.signal,
  );
}

/** Ends a guest of a running lab and removes what the lab keeps of it. A guest that does not exist is left at that. */
export async function labRemoveGuest(
  labName: string,
  guest: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const paths = labPaths(labName);
  await runningState(paths);
  await withLibvirt(paths.libvirtUri, options.signal, (connection) =>
    removeDomain(connection, guest, options.signal),
  );
  await changeState(paths, async (current) => {
    const found = current.guests.find(({ name }) => name === guest);
    if (found !== undefined) await forgetGuestKey(paths, found.sshPort);
    return { ...current, guests: current.guests.filter((each) => each !== found) };
  });
  await rm(paths.guestDir(guest), { recursive: true, force: true });
}

/** The image a spec asks for. */
export async function imageOf(
  spec: LabGuestSpec,
  cacheDir: string,
  options: AddGuestOptions,
): Promise<GuestImage> {
  const flavour = { userland: spec.userland ?? 'debian', kernel: spec.kernel ?? 'cloud' } as const;
  return ensureImage(flavour, { cacheDir, signal: options.signal, onProgress: options.onProgress });
}

/** Gives a guest its port and its keys and notes it in the lab's state. */
export async function registerGuest(paths: LabPaths, spec: LabGuestSpec): Promise<number> {
  let sshPort = FIRST_PORT;
  await changeState(paths, async (state) => {
    if (state.guests.some(({ name }) => name === spec.name))
      throw new HotnicError('lab-guest-exists', `lab ${paths.name} already has a guest named ${spec.name}`);
    const taken = new Set(state.guests.map((guest) => guest.sshPort));
    while (taken.has(sshPort)) sshPort += 1;
    await makeGuestKeys(paths, spec.name, sshPort);
    const guest = { name: spec.name, machine: spec.machine, sshPort };
    return { ...state, guests: [...state.guests, guest] };
  });
  return sshPort;
}

/** Defines and starts a registered guest, and waits for it unless its spec says not to. */
export async function startGuest(
  paths: LabPaths,
  state: LabState,
  guest: { readonly spec: LabGuestSpec; readonly image: GuestImage; readonly sshPort: number },
  options: AddGuestOptions,
): Promise<void> {
  const { spec, image, sshPort } = guest;
  const guestDir = paths.guestDir(spec.name);
  const xml = domainXml(spec, { ...image, virtType: await virtType(), guestDir, sshPort });
  await withLibvirt(paths.libvirtUri, options.signal, (connection) =>
    startDomain(connection, xml, options.signal),
  );
  if (spec.waitForSsh === false) return;
  options.onProgress?.(`waiting for ${spec.name} to answer SSH`);
  const signs = { serialLog: `${guestDir}/serial.log`, sshPort };
  await waitForBoot(state.holder, signs, options.bootTimeoutMs ?? 180_000, options.signal).catch(
    async (error: unknown) => {
      options.signal?.throwIfAborted();
      throw new HotnicError('lab-guest-failed', `guest ${spec.name} does not answer SSH`, {
        attempted: `start the lab guest ${spec.name}`,
        seen: (await readFile(signs.serialLog, 'utf8').catch(() => '')).slice(-2000),
        cause: error,
      });
    },
  );
}

// On the loopback of the lab's own namespace, so labs do not collide.
const FIRST_PORT = 2201;
