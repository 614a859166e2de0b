import { z } from 'zod';
import { HotnicError, isHotnicError } from '../../errors/hotnic-error.js';
import { hostCommand } from '../../hypervisor/host/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { functionAt } from '../nodedev/device-name.js';
import { readNodedevFacts } from '../nodedev/facts.js';
import { refuseUsedVfs } from '../nodedev/guards.js';
import type { Act, World } from './act.js';
import { functionField } from './vf-target.js';

const input = z.object({
  pf: functionField,
  count: z.int().min(1).max(65_535),
  /** The functions that the VFs will be, by number: the PF says where they come (sriov_offset, sriov_stride). */
  vfs: z.array(functionField),
});
type Input = z.infer<typeof input>;
type Saved = { readonly count: number } | null;

/** Makes the VFs of a PF. A count that is not 0 has to become 0 first: all VFs go, and so do their rows. */
export const vfsCreate: Act<Input, Saved> = {
  name: 'vfs-create',
  input,
  describe: ({ pf, count }) => `make ${count} VFs on ${pf}`,
  async save({ pf }, world, { signal }) {
    return { count: (await vfsOf(world, pf, signal)).length };
  },
  async run({ pf, count }, world, { signal }) {
    const now = await vfsOf(world, pf, signal);
    if (now.length === count) return { already: 'there' };
    if (now.length > 0) await takeAll(world, pf, signal);
    await setCount(world, pf, count, signal);
    return undefined;
  },
  async undo({ pf }, saved, world, { signal }) {
    const before = saved?.count ?? 0;
    if ((await vfsOf(world, pf, signal)).length === before) return;
    await takeAll(world, pf, signal);
    if (before > 0) await setCount(world, pf, before, signal);
  },
  async confirm({ pf, vfs }, world, { signal }) {
    const now = await vfsOf(world, pf, signal);
    if (vfs.every((vf, index) => now[index] === vf)) return;
    throw new HotnicError('vfs-not-made', `${pf} has other VFs than were asked for`, {
      seen: now.length === 0 ? 'none' : now.join(', '),
      next: 'hotnic nodedev list',
    });
  },
};

/**
 * Takes all VFs away, unless somebody has come to use one since it was planned: the kernel would take them from under
 * running guests.
 * @throws HotnicError `vfs-in-use`
 */
async function takeAll(world: World, pf: PciAddress, signal: AbortSignal): Promise<void> {
  const facts = await readNodedevFacts(world.hypervisor, { named: [pf], overrides: false, signal });
  refuseUsedVfs(functionAt(pf, facts), facts);
  await setCount(world, pf, 0, signal);
}

// `sriov_numvfs` is not read: its lock is the device's, and is held while VFs come and go.
const LIST = `cd "/sys/bus/pci/devices/$1" || exit 3
i=0; while [ -L "virtfn$i" ]; do l=$(readlink "virtfn$i"); echo "\${l##*/}"; i=$((i+1)); done`;

async function vfsOf({ hypervisor }: World, pf: string, signal: AbortSignal): Promise<readonly string[]> {
  const text = await hostCommand(hypervisor.host, ['sh', '-c', LIST, 'sh', pf], { signal });
  return text.split('\n').filter((line) => line !== '');
}

// igb: 2.7 s for two VFs in an emulated machine (measured); drivers reset their hardware meanwhile.
const SET_MS = 60_000;

async function setCount(
  { hypervisor }: World,
  pf: string,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const argv = ['sh', '-c', 'echo "$2" > "/sys/bus/pci/devices/$1/sriov_numvfs"', 'sh', pf, String(count)];
  try {
    await hostCommand(hypervisor.host, argv, { signal, timeoutMs: SET_MS });
  } catch (error) {
    if (!isHotnicError(error, 'host-command')) throw error;
    const seen = error.details.seen ?? error.message;
    const why = WHYS.find(([text]) => text.test(seen))?.[1];
    throw new HotnicError('vfs-refused', `${pf} does not take ${count} VFs`, {
      seen,
      cause: error,
      ...(why === undefined ? {} : { why }),
      next: `cat /sys/bus/pci/devices/${pf}/sriov_totalvfs says how many it can have`,
    });
  }
}

const WHYS: readonly (readonly [RegExp, string])[] = [
  [/busy/i, 'the kernel changes the number only from 0, and to 0 only while none is in use'],
  [/out of range/i, 'the PF cannot have so many'],
  [/not supported|nonexistent/i, 'the driver of the PF cannot make VFs'],
  [/No such file/i, 'the function cannot have VFs'],
];
