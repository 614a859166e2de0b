import { readFile } from 'node:fs/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { claimLab } from './claim.js';
import { labDown } from './down.js';
import type { GuestImage } from './image/ensure.js';
import { imageOf, registerGuest, startGuest } from './guests.js';
import { bringUpHypervisor, requireHypervisorParts } from './hypervisor/up.js';
import { makeIdentity } from './keys.js';
import { keepCapabilities, startLibvirtd } from './libvirtd.js';
import { startNetwork, withLibvirt } from './libvirt.js';
import { makeNamespace } from './make-namespace.js';
import type { LabPaths } from './paths.js';
import { checkName, labPaths } from './paths.js';
import { requireLabParts } from './requirements.js';
import type { LabState } from './state.js';
import { changeState, isComplete, readState } from './state.js';
import { isAlive, labStatus } from './status.js';
import { stopwatch } from './stopwatch.js';
import type { LabGuestSpec, LabStatus } from './types.js';
import { DEFAULT_GUESTS } from './types.js';

export interface LabUpOptions {
  /** Default "lab". */
  readonly name?: string | undefined;
  /** Where images are kept: `$XDG_CACHE_HOME/hotnic`, say. */
  readonly cacheDir: string;
  /** Default: one guest of each machine. */
  readonly guests?: readonly LabGuestSpec[] | undefined;
  /**
   * Instead of guests one outer machine that is itself a hypervisor, with an IOMMU and functions to hand out. Default
   * false.
   */
  readonly hypervisor?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Brings a lab up: a libvirtd with a network, a bridge and guests, in namespaces of its own. A lab that is up already
 * is left as it is and reported. When anything fails or `signal` aborts, everything that was made is taken away again.
 * @throws HotnicError `lab-busy`, `lab-needs-root`, `lab-packages-missing`, `lab-system-unsupported`, `lab-packages-unknown`,
 *   `lab-name-invalid`, `lab-other-kind`, `lab-namespace`, `lab-guest-failed`, `lab-command-failed`; LibvirtError; the abort reason.
 */
export async function labUp(options: LabUpOptions): Promise<LabStatus> {
  const paths = labPaths(options.name);
  const guests = options.guests ?? DEFAULT_GUESTS;
  for (const { name } of guests) checkName(name, 'guest');
  const hypervisor = options.hypervisor === true;
  await (hypervisor ? requireHypervisorParts() : requireLabParts());
  return claimLab(paths.name, async () => {
    const state = await readState(paths);
    if (state !== null && isComplete(state) && (await isAlive(state.holder))) {
      if ((state.hypervisor !== undefined) !== hypervisor) throw otherKind(paths.name);
      return requireStatus(paths, options);
    }
    await labDown({ name: paths.name, signal: options.signal });
    try {
      await (hypervisor ? bringUpHypervisor(paths, options) : bringUp(paths, guests, options));
      return await requireStatus(paths, options);
    } catch (error) {
      await labDown({ name: paths.name });
      throw error;
    }
  });
}

async function bringUp(
  paths: LabPaths,
  guests: readonly LabGuestSpec[],
  options: LabUpOptions,
): Promise<void> {
  const timer = stopwatch();
  const images = await timer.measure('image', () => buildImages(guests, options));
  const state = await timer.measure('namespace', () => makeNamespace(paths, options));
  await timer.measure('libvirtd', () => startServices(paths, state, options));
  await timer.measure('guests', () => startGuests(paths, state, guests, images, options));
  await keepCapabilities(paths.stateDir, options.cacheDir);
  await changeState(paths, (current) => ({ ...current, timings: timer.total() }));
}

async function buildImages(
  guests: readonly LabGuestSpec[],
  options: LabUpOptions,
): Promise<ReadonlyMap<string, GuestImage>> {
  const images = new Map<string, GuestImage>();
  for (const spec of guests) {
    const flavour = flavourName(spec);
    if (!images.has(flavour)) images.set(flavour, await imageOf(spec, options.cacheDir, options));
  }
  return images;
}

async function startServices(paths: LabPaths, state: LabState, options: LabUpOptions): Promise<void> {
  options.onProgress?.('starting libvirtd and its network');
  await Promise.all([startLibvirtd(state.holder, options.signal), makeIdentity(paths, options.signal)]);
  await withLibvirt(paths.libvirtUri, options.signal, (connection) =>
    startNetwork(connection, options.signal),
  ).catch(async (error: unknown) => {
    options.signal?.throwIfAborted();
    // libvirtd takes connections before it knows whether its drivers start; why they do not is only in its log.
    const log = await readFile(`${paths.stateDir}/log/libvirtd.log`, 'utf8').catch(() => '');
    throw new HotnicError('lab-libvirtd-failed', "the lab's libvirtd does not work", {
      seen: log.slice(-2000),
      cause: error,
    });
  });
}

async function startGuests(
  paths: LabPaths,
  state: LabState,
  guests: readonly LabGuestSpec[],
  images: ReadonlyMap<string, GuestImage>,
  options: LabUpOptions,
): Promise<void> {
  const registered = [];
  for (const spec of guests) {
    const image = images.get(flavourName(spec));
    if (image !== undefined) registered.push({ spec, image, sshPort: await registerGuest(paths, spec) });
  }
  await Promise.all(registered.map((guest) => startGuest(paths, state, guest, options)));
}

async function requireStatus(paths: LabPaths, options: LabUpOptions): Promise<LabStatus> {
  const status = await labStatus({ name: paths.name, signal: options.signal });
  if (status !== null) return status;
  throw new HotnicError('lab-absent', `lab ${paths.name} ended while it was being brought up`);
}

function otherKind(name: string): HotnicError {
  return new HotnicError('lab-other-kind', `lab ${name} is up, and is a lab of the other kind`, {
    next: `give this one another name, or: hotnic lab down --name ${name}`,
  });
}

function flavourName({ userland, kernel }: LabGuestSpec): string {
  return `${userland ?? 'debian'} ${kernel ?? 'cloud'}`;
}
