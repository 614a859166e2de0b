import type { Channel } from '../../channel/channel.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { findHolders, type HolderWalk } from '../host/holders.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';
import { FUNCTIONS_SCRIPT, OVERRIDES_SCRIPT } from './function-script.js';
import type { HostFunctions, NetworkFunction, Override } from './network-function.js';
import { isVfioDriver, parseFunctions, type BareFunction } from './parse-functions.js';

export interface ReadFunctionsOptions extends HostCommandOptions {
  /** Functions that are wanted though they are no NICs and on no vfio driver. */
  readonly named?: readonly PciAddress[];
  /** False: `driver_override` is not asked for, which saves a command. */
  readonly overrides?: boolean;
  /** False: nobody looks who holds a group, which saves two; no override is read then either. */
  readonly holders?: boolean;
}

// The files are answered at once or, where a driver keeps the device's lock, not at all.
const OVERRIDES_MS = 5_000;

/**
 * Reads the host's NICs, and what of its PCI functions is or may be given to guests, each command in a process of its
 * own with a deadline: one for sysfs and netdevs; one more for the holders of vfio groups where a function is on a vfio
 * driver or on none; one for `driver_override`, never of a function whose group somebody holds.
 * @throws HotnicError `host-command`, `host-answer` and what Channel.run throws; the abort reason
 */
export async function readNetworkFunctions(
  host: Channel,
  { named = [], overrides = true, holders: walk = true, ...options }: ReadFunctionsOptions = {},
): Promise<HostFunctions> {
  const text = await hostCommand(host, ['sh', '-c', FUNCTIONS_SCRIPT], options);
  const { functions, all } = parseFunctions(text, new Set(named));
  const holders = walk ? await holdersOf(host, functions, options) : { holders: [], complete: false };
  const read = overrides
    ? await readOverrides(host, functions, holders, options)
    : () => notRead('it was not asked for');
  return {
    functions: functions.map((one) => ({ ...one, driverOverride: read(one) })),
    all,
    holders,
  };
}

/** The character device of a function's vfio group, "/dev/vfio/12"; null without a group. */
export function vfioGroupOf({ iommuGroup }: Pick<NetworkFunction, 'iommuGroup'>): string | null {
  return iommuGroup === null ? null : `/dev/vfio/${iommuGroup.number}`;
}

/**
 * A function that is being unbound has no driver any more to the eye, while whoever holds its group keeps it from going
 * on: so those on no driver count too (measured; docs/planes-and-verdicts.md).
 */
async function holdersOf(
  host: Channel,
  functions: readonly BareFunction[],
  options: HostCommandOptions,
): Promise<HolderWalk> {
  const devices = functions
    .filter(({ driver }) => driver === null || isVfioDriver(driver))
    .flatMap((one) => vfioGroupOf(one) ?? []);
  return await findHolders(host, { taps: [], devices: [...new Set(devices)] }, options);
}

async function readOverrides(
  host: Channel,
  functions: readonly BareFunction[],
  { holders, complete }: HolderWalk,
  options: HostCommandOptions,
): Promise<(one: BareFunction) => Override> {
  if (!complete)
    return () => notRead('not every process could be looked at, and one that holds it blocks the answer');
  const held = new Set(holders.map(({ holds }) => holds));
  const free = functions.filter((one) => !held.has(vfioGroupOf(one) ?? ''));
  if (free.length === 0) return () => notRead(HELD);
  try {
    const argv = ['sh', '-c', OVERRIDES_SCRIPT, 'sh', ...free.map(({ address }) => address)];
    const read = parseOverrides(await hostCommand(host, argv, { ...options, timeoutMs: OVERRIDES_MS }));
    return (one) =>
      free.includes(one) ? (read.get(one.address) ?? notRead('the kernel did not say')) : notRead(HELD);
  } catch (error) {
    options.signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return () => notRead(why);
  }
}

const HELD = 'a process holds its vfio group, and the answer would wait for that';

function notRead(why: string): Override {
  return { state: 'not-read', why };
}

/** Reads what OVERRIDES_SCRIPT prints. */
export function parseOverrides(text: string): ReadonlyMap<PciAddress, Override> {
  return new Map(
    text.split('\n').flatMap((line): [PciAddress, Override][] => {
      const [device = '', value = ''] = line.split('\t');
      const address = parsePciAddress(device);
      if (address === null || value === '' || value === '(unreadable)') return [];
      // The kernel shows a missing one as "(null)".
      return [[address, { state: 'read', driver: value === '(null)' ? null : value.slice(0, 64) }]];
    }),
  );
}
