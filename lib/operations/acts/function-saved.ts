import { z } from 'zod';
import { readNetdevSettings, readVfTable, setVfRow, type FunctionState } from '../../hypervisor/pci/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import type { StepContext } from '../../plan/index.js';
import type { World } from './act.js';
import { restoreSettings, settingsField } from './function-settings.js';
import { functionNow, isHome } from './function-target.js';
import { functionField, rowField } from './vf-target.js';
import { vfsCreate } from './vfs-create.js';

/** What of a function is put back: its netdevs' settings, and a PF's VFs with their rows, by number. */
export const belongingsFields = {
  netdevs: z.array(settingsField).max(64),
  vfs: z.array(z.object({ function: functionField, row: rowField })).max(4096),
};

const saved = z.object({ driver: z.string().max(64).nullable(), ...belongingsFields });

/** How a function stood before it was given away. */
export type FunctionSaved = z.infer<typeof saved>;

/** What goes with a function, and comes back with it. */
export type Belongings = Pick<FunctionSaved, 'netdevs' | 'vfs'>;

/** Reads what `function-detach` has saved back from a journal; null where it is something else. */
export function readFunctionSaved(value: unknown): FunctionSaved | null {
  const parsed = saved.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/**
 * Reads what goes with a function when it is given away. One that is given away already has nothing.
 * @param vfs its VFs by number
 */
export async function saveFunction(
  { hypervisor: { host } }: World,
  state: FunctionState,
  vfs: readonly PciAddress[],
  signal: AbortSignal,
): Promise<FunctionSaved> {
  const names = isHome(state) ? state.netdevs : [];
  const [pf] = names;
  const [netdevs, table] = await Promise.all([
    Promise.all(names.map((name) => readNetdevSettings(host, name, { signal }))),
    pf === undefined || vfs.length === 0 ? null : readVfTable(host, pf, { signal }),
  ]);
  const rows = (table?.rows ?? []).flatMap((row) => {
    const vf = vfs[row.index];
    return vf === undefined ? [] : [{ function: vf, row }];
  });
  return saved.parse({ driver: state.driver, netdevs, vfs: rows });
}

/**
 * Waits until a function is home, and puts back what went with it.
 * @throws HotnicError `not-restored`, `vfs-refused`, `vf-refused`
 */
export async function putBack(
  world: World,
  address: PciAddress,
  { netdevs, vfs }: Belongings,
  context: StepContext,
): Promise<readonly string[]> {
  const names = await restoreSettings(world, address, netdevs, context);
  if (vfs.length === 0) return names;
  const made = { pf: address, count: vfs.length, vfs: vfs.map((vf) => vf.function) };
  await vfsCreate.run(made, world, context);
  await vfsCreate.confirm?.(made, world, context);
  const [pf] = (await functionNow(world, address, context.signal)).netdevs;
  if (pf === undefined) return names;
  for (const { row } of vfs) await setVfRow(world.hypervisor.host, pf, row.index, row, context.signal);
  return names;
}
