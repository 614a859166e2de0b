import { HotnicError } from '../../errors/hotnic-error.js';
import { isVfioDriver, readVfState, vfRowText, type VfPlace } from '../../hypervisor/pci/index.js';
import type { Step } from '../../plan/index.js';
import { actStep } from '../acts/act-step.js';
import { vfNow } from '../acts/vf-target.js';
import type { AttachOptions } from '../attach/attach.js';
import type { PreparedAttach } from '../attach/prepare.js';
import { hostWorld } from '../acts/host-world.js';
import type { PreparedVf } from './prepare-vf.js';

/** The VF of a report. */
export interface VfReport {
  /** The PF's netdev, and its address. */
  readonly pf: string;
  readonly physicalFunction: string;
  readonly index: number;
  readonly function: string;
}

/** What a report says of the VF that was chosen. */
export function vfReportOf({ pfNetdev, place }: PreparedVf): VfReport {
  return { pf: pfNetdev, physicalFunction: place.pf, index: place.index, function: place.vf };
}

/**
 * The steps of an attach with those that a VF needs around them: its row is set before the domain gets it, because the
 * guest's driver reads its MAC when it starts; and the function is looked at once the definitions have it.
 */
export function vfSteps(
  own: readonly Step[],
  vf: PreparedVf,
  { affect, mac }: PreparedAttach,
  { hypervisor, timeoutMs }: AttachOptions,
): readonly Step[] {
  const world = hostWorld(hypervisor, timeoutMs);
  const before = vf.acts(mac, affect).map((planned) => actStep(planned, world));
  const at = own.findIndex(({ name }) => name === 'prove-definitions') + 1;
  const proof = affect.live ? [proveVfStep(vf, world)] : [];
  return [...before, ...own.slice(0, at), ...proof, ...own.slice(at)];
}

function proveVfStep({ place, pfNetdev }: PreparedVf, world: ReturnType<typeof hostWorld>): Step {
  return {
    name: 'prove-vf',
    describe: `read VF ${place.index} of ${pfNetdev} again: it is on vfio-pci`,
    changes: false,
    onInterrupt: 'keep',
    async run({ signal }) {
      const { driver } = await readVfState(world.hypervisor.host, place, { signal });
      if (!isVfioDriver(driver)) throw notHanded(place, driver);
      const { row } = await vfNow(world, place, signal);
      return { driver, row: vfRowText(row) };
    },
  };
}

function notHanded({ vf }: VfPlace, driver: string | null): HotnicError {
  return new HotnicError(
    'vf-not-handed',
    `libvirt said that ${vf} is attached, and it is on ${driver ?? 'no driver'}, not on vfio-pci`,
    { next: 'hotnic nodedev list' },
  );
}
