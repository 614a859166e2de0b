import { setTimeout as sleep } from 'node:timers/promises';
import { CallTimeoutError, type NodeDevice } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import { findHolders, type Holder } from '../../hypervisor/host/index.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import { isVfioDriver, readFunctionState, type FunctionState } from '../../hypervisor/pci/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { PendingError, type StepContext } from '../../plan/index.js';
import type { World } from './act.js';

/** libvirt's name of a function: "pci_0000_03_00_0". */
export function nodeDeviceName(address: PciAddress): string {
  return `pci_${address.replace(/[:.]/g, '_')}`;
}

/**
 * How the function stands now.
 * @throws HotnicError `function-gone`
 */
export async function functionNow(
  { hypervisor }: World,
  address: PciAddress,
  signal: AbortSignal,
): Promise<FunctionState> {
  const state = await readFunctionState(hypervisor.host, address, { signal });
  if (state.there) return state;
  throw new HotnicError('function-gone', `the machine has no function ${address} any more`, {
    why: 'it was removed, or its PF has taken its VFs away',
    next: 'hotnic nodedev list',
  });
}

/** It is on its host's driver: nothing has to be taken back. */
export function isHome({ driver }: FunctionState): boolean {
  return driver !== null && !isVfioDriver(driver) && driver !== 'pci-stub';
}

/**
 * Refuses to touch a function whose group a process holds, or may hold: the kernel would make whoever unbinds it wait for
 * that process, for ever and with the device locked.
 * @throws HotnicError `function-held`, `holders-unknown`
 */
export async function requireUnheld(
  { hypervisor }: World,
  address: PciAddress,
  { group }: FunctionState,
  signal: AbortSignal,
): Promise<void> {
  if (group === null) return;
  const device = `/dev/vfio/${group}`;
  const walk = await findHolders(hypervisor.host, { taps: [], devices: [device] }, { signal });
  if (walk.holders.length > 0) throw heldError(address, device, walk.holders);
  if (walk.complete) return;
  throw new HotnicError('holders-unknown', `it is not known who holds the group of ${address} (${device})`, {
    why: 'not every process of the hypervisor may be looked at',
    state: 'nothing was changed',
    next: 'run hotnic as root',
  });
}

/** What is said of a function that a process holds. */
export function heldError(address: PciAddress, device: string, holders: readonly Holder[]): HotnicError {
  const named = [...new Set(holders.map(holderText))].join(', ');
  const [first] = holders;
  return new HotnicError('function-held', `${address} is held by ${named}: it has ${device} open`, {
    why: 'a function is free only when no process has its vfio group open; the kernel keeps whoever unbinds it before that waiting, and libvirtd would hang',
    state: 'nothing was changed',
    next: `end that process (kill ${first?.pid ?? 'PID'}; one that is stopped ends by kill -9), then repeat this`,
  });
}

/** "qemu-system-x86 (pid 812, guest web1)". */
export function holderText({ command, pid, guest }: Holder): string {
  return `${command} (pid ${pid}${guest === null ? '' : `, guest ${guest}`})`;
}

/**
 * Asks libvirt to do something with a function, over the connection that observes: a call that hangs holds up nothing
 * that changes, and hotnic comes back at its deadline.
 * @throws PendingError where libvirt has not answered: its call goes on; HotnicError
 */
export async function askNodeDevice(
  { hypervisor, timeoutMs }: World,
  address: PciAddress,
  doing: string,
  ask: (device: NodeDevice, options: { timeoutMs: number; signal: AbortSignal }) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const options = { timeoutMs, signal };
  try {
    const connection = await hypervisor.observe();
    await ask(await connection.nodeDeviceLookupByName(nodeDeviceName(address), options), options);
  } catch (error) {
    if (error instanceof CallTimeoutError)
      throw new PendingError(
        `${doing} ${address}: libvirt did not answer within ${timeoutMs / 1000} s`,
        'libvirt’s own call goes on; what comes of it is seen in sysfs',
        'hotnic nodedev list; then hotnic journal resume last',
      );
    throw explainLibvirt(error, `${doing} ${address}`);
  }
}

const LOOK_MS = 50;

/**
 * Waits until a function is on its host's driver, and has its netdev where one is expected. Events do not tell: they come
 * before the probe of the driver has ended.
 * @throws HotnicError `driver-missing`, `netdev-missing`
 */
export async function awaitHome(
  world: World,
  address: PciAddress,
  { netdev, netdevName }: { readonly netdev: boolean; readonly netdevName?: string | null },
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
): Promise<FunctionState> {
  const since = Date.now();
  const until = since + world.timeoutMs;
  let named = 0;
  for (;;) {
    const state = await functionNow(world, address, signal);
    if (isHome(state) && (!netdev || state.netdevs.length > 0)) {
      // udev gives the name that it had a moment after the kernel's.
      if (netdevName == null || state.netdevs.includes(netdevName) || ++named > RENAME_LOOKS) return state;
    }
    if (Date.now() > until) return late(address, state, netdev);
    progress.waiting(`${address} to be on its driver${netdev ? ', with its netdev' : ''}`, since, until);
    await sleep(LOOK_MS, undefined, { signal });
  }
}

const RENAME_LOOKS = 20;

function late(address: PciAddress, state: FunctionState, netdev: boolean): FunctionState {
  if (isHome(state) && !netdev) return state;
  if (isHome(state))
    throw new HotnicError('netdev-missing', `${address} is on ${state.driver ?? ''} and has no netdev`, {
      why: 'the driver has taken it and failed, or its netdev is in another network namespace',
      next: `dmesg | grep ${address}`,
    });
  throw new HotnicError('driver-missing', `no driver of the host takes ${address}`, {
    seen: `driver ${state.driver ?? 'none'}`,
    why: 'the module is missing, blacklisted or failed, or driver_override names another',
    next: `lspci -k -s ${address} names the modules; dmesg | grep ${address}`,
  });
}
