import { z } from 'zod';
import { vfRowText } from '../../hypervisor/pci/index.js';
import type { Act } from './act.js';
import { awaitHome, homeField, rowField, settingsField, vfFields, vfNow } from './vf-target.js';
import { putRow } from './vf-set.js';

const input = z.object({
  ...vfFields,
  /** Where it has to be found again. */
  home: homeField,
  /** Its row before the guest had it; null where nothing was saved: then nothing is put back. */
  row: rowField.nullable(),
  /** What its row was while the guest had it: undoing gives it that again. */
  guest: settingsField,
});
type Input = z.infer<typeof input>;

/**
 * Waits until a VF that a guest has let go is back on the host, and gives it the row that it had before. libvirt puts
 * back MAC and VLAN by itself, and only after it has let go: so what it has left is compared, not assumed.
 */
export const vfReturn: Act<Input> = {
  name: 'vf-return',
  input,
  describe: ({ vf, pf, index, row, home }) =>
    `wait until ${vf} is back on ${home.driver ?? 'the host'}, then ${
      row === null
        ? `read VF ${index} of ${pf}: what it was before is not known`
        : `put VF ${index} of ${pf} back: ${vfRowText(row)}`
    }`,
  async run(one, world, context) {
    const state = await awaitHome(world, one, one.home, context);
    const { row, pfNetdev } = await vfNow(world, one, context.signal);
    const at = { pf: pfNetdev, driver: state.driver, netdev: state.netdevs[0]?.name ?? null };
    if (one.row === null) return { ...at, saved: false, row: { ...row } };
    const restored = await putRow(world, one, one.row, context.signal);
    return { ...at, saved: true, row: { ...one.row }, restored: restored.map((change) => ({ ...change })) };
  },
  async undo(one, _saved, world, { signal }) {
    await putRow(world, one, one.guest, signal);
  },
};
