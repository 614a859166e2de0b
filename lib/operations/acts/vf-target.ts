import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import {
  isVfioDriver,
  readVfRow,
  readVfState,
  type VfRow,
  type VfSettings,
  type VfState,
} from '../../hypervisor/pci/index.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { PendingError, type StepContext } from '../../plan/index.js';
import type { World } from './act.js';
import { macField } from './domain-target.js';

/** The address of a PCI function in its normal form. */
export const functionField = z
  .string()
  .refine((text) => parsePciAddress(text) === text, 'not the address of a PCI function')
  .transform((text) => text as PciAddress);

/** Which VF: its number alone would be another's after the VFs were made anew. */
export const vfFields = { vf: functionField, pf: functionField, index: z.int().min(0).max(65_535) };

const rate = z.int().min(0).max(0xffff_ffff);
const settings = {
  mac: macField.nullable(),
  vlan: z.int().min(1).max(4094).nullable(),
  qos: z.int().min(0).max(7),
  vlanProtocol: z.enum(['802.1Q', '802.1ad']),
  spoofCheck: z.boolean().nullable(),
  trust: z.boolean().nullable(),
  linkState: z.enum(['auto', 'enable', 'disable']).nullable(),
  maxTxRate: rate,
  minTxRate: rate,
  queryRss: z.boolean().nullable(),
};

/** A whole row of a PF's table. */
export const rowField = z.object({ index: vfFields.index, ...settings });

/** Settings of a row; what is left out stays as it is. */
export const settingsField = z.object(settings).partial().transform(defined);

/** Where a VF has to be found again after a guest had it: with its driver, and a netdev if it had one. */
export const homeField = z.object({
  driver: z.string().max(64).nullable(),
  netdev: z.boolean(),
});

export type VfHome = z.infer<typeof homeField>;

/** A VF and its PF's netdev as they are now. */
export interface VfNow {
  readonly state: VfState;
  readonly pfNetdev: string;
  readonly row: VfRow;
}

type Place = { readonly vf: PciAddress; readonly pf: PciAddress; readonly index: number };

/**
 * Reads a VF and its row.
 * @throws HotnicError `vf-not-there`, `pf-without-netdev`
 */
export async function vfNow({ hypervisor }: World, place: Place, signal: AbortSignal): Promise<VfNow> {
  const state = await readVfState(hypervisor.host, place, { signal });
  if (state.pfNetdev === null)
    throw new HotnicError('pf-without-netdev', `the PF ${place.pf} has no network device on the host`, {
      why: 'the table of its VFs is set through its network device; it is handed over itself, or has no driver',
      next: `hotnic nodedev reattach ${place.pf}`,
    });
  const row = await readVfRow(hypervisor.host, state.pfNetdev, place.index, { signal });
  return { state, pfNetdev: state.pfNetdev, row };
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * Waits until a VF has come home: libvirt says DEVICE_REMOVED before the kernel has given the function back, and its
 * driver probes it in its own time (VDSM, RHBZ 1658198).
 * @throws PendingError when it has not in time
 */
export async function awaitHome(
  world: World,
  place: Place,
  home: VfHome,
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
): Promise<VfState> {
  const since = Date.now();
  const until = since + world.timeoutMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const state = await readVfState(world.hypervisor.host, place, { signal });
    const missing = missingOf(state, home);
    if (missing === null) return state;
    if (Date.now() + pause > until)
      throw new PendingError(
        `VF ${place.index} of ${place.pf} (${place.vf}) has not come back after ${world.timeoutMs / 1000} s: it has ${missing}`,
        `${place.vf}: not back on the host, its row on the PF is not put back yet`,
        `hotnic nodedev recover ${place.vf}, then hotnic journal resume`,
      );
    progress.waiting(`${place.vf} to come back (${missing})`, since, until);
    await sleep(pause, undefined, { signal });
  }
}

/** What a VF still lacks; null when it is home. A VF that had no driver gets whichever the kernel gives it. */
function missingOf({ driver, netdevs }: VfState, home: VfHome): string | null {
  if (home.driver === null) return isVfioDriver(driver) ? `the driver ${driver ?? ''}` : null;
  if (driver !== home.driver)
    return driver === null
      ? `no driver yet, it had ${home.driver}`
      : `the driver ${driver}, not ${home.driver}`;
  return home.netdev && netdevs.length === 0 ? 'no network device yet' : null;
}

function defined(given: Readonly<Record<string, unknown>>): VfSettings {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
