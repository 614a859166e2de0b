import { z } from 'zod';
import { EXIT, HotnicError } from '../../errors/hotnic-error.js';
import {
  setVfRow,
  vfDifferences,
  vfRowText,
  type VfDifference,
  type VfRow,
  type VfSettings,
} from '../../hypervisor/pci/index.js';
import type { Json } from '../../plan/index.js';
import type { Act, World } from './act.js';
import { awaitHome, homeField, rowField, settingsField, vfFields, vfNow } from './vf-target.js';

const input = z.object({ ...vfFields, settings: settingsField });
type Input = z.infer<typeof input>;

/** How the VF was before: what undo puts back, and where it waits for it. Reports and later detaches read it too. */
const saved = z.object({ row: rowField, home: homeField, boot: z.string().max(64) });
export type VfSaved = z.infer<typeof saved>;

/** Reads what the act has saved back from a journal; null where it is something else. */
export function readVfSaved(value: unknown): VfSaved | null {
  const parsed = saved.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Sets a VF's row in its PF's table: MAC, VLAN, spoof check, trust, link state, rates. */
export const vfSet: Act<Input> = {
  name: 'vf-set',
  input,
  describe: ({ vf, pf, index, settings }) => `set VF ${index} of ${pf} (${vf}): ${vfRowText(settings)}`,
  async save(one, world, { signal }): Promise<Json> {
    const { row, state } = await vfNow(world, one, signal);
    const { driver, netdevs, boot } = state;
    return { row: { ...row }, home: { driver, netdev: netdevs.length > 0 }, boot };
  },
  async run(one, world, { signal }) {
    const { pfNetdev } = await vfNow(world, one, signal);
    const set = await setVfRow(world.hypervisor.host, pfNetdev, one.index, one.settings, signal);
    return { set: [...set] };
  },
  async undo(one, before, world, context) {
    const known = readVfSaved(before);
    if (!known) throw new HotnicError('act-saved', `what was saved of ${one.vf} cannot be read`);
    await awaitHome(world, one, known.home, context);
    await putRow(world, one, known.row, context.signal);
  },
  async confirm(one, world, { signal }) {
    const { row, pfNetdev } = await vfNow(world, one, signal);
    const left = vfDifferences(row, one.settings);
    if (left.length > 0) throw notAsAsked(pfNetdev, one.index, left);
  },
};

/**
 * Gives a VF the row that it had, and reads it again.
 * @returns what was put back
 * @throws HotnicError `vf-not-restored` with what is left and the command for it
 */
export async function putRow(
  world: World,
  place: Pick<Input, 'vf' | 'pf' | 'index'>,
  wanted: VfRow | VfSettings,
  signal: AbortSignal,
): Promise<readonly VfDifference[]> {
  const before = await vfNow(world, place, signal);
  const changes = vfDifferences(before.row, wanted);
  if (changes.length === 0) return changes;
  let trouble: unknown;
  try {
    await setVfRow(world.hypervisor.host, before.pfNetdev, place.index, wanted, signal);
  } catch (error) {
    signal.throwIfAborted();
    trouble = error;
  }
  const { row } = await vfNow(world, place, signal);
  const left = vfDifferences(row, wanted);
  if (left.length === 0) return changes;
  throw new HotnicError(
    'vf-not-restored',
    `VF ${place.index} of ${before.pfNetdev} is not as it was: ${left.map(({ setting, is, was }) => `${setting} is ${is}, was ${was}`).join('; ')}`,
    {
      exitCode: EXIT.half,
      ...(trouble === undefined ? {} : { cause: trouble, seen: seenOf(trouble) }),
      next: `ip -d link show dev ${before.pfNetdev}; ip link set dev ${before.pfNetdev} vf ${place.index} …`,
    },
  );
}

function seenOf(error: unknown): string {
  if (error instanceof HotnicError) return error.details.seen ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

function notAsAsked(pf: string, index: number, left: readonly VfDifference[]): HotnicError {
  const told = left.map(({ setting, is, was }) => `${setting} is ${is}, asked for was ${was}`).join('; ');
  return new HotnicError('vf-not-set', `VF ${index} of ${pf} is not as it was asked for: ${told}`, {
    why: 'the driver of the PF said yes and did something else',
    next: `ip -d link show dev ${pf}`,
  });
}
