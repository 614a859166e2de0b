import {
  readNetworkFunctions,
  readVfState,
  VF_COMMAND_MS,
  type VfPlace,
} from '../../hypervisor/pci/index.js';
import { isHotnicError } from '../../errors/hotnic-error.js';
import type { Json, Step } from '../../plan/index.js';
import type { InterfaceXml } from '../../xml/domain.js';
import { actStep } from '../acts/act-step.js';
import { vfNow } from '../acts/vf-target.js';
import type { DetachOptions } from '../detach/detach.js';
import { ownElement } from '../shared/own-element.js';
import type { PreparedDetach } from '../detach/prepare.js';
import { hostWorld } from '../acts/host-world.js';
import { savedVf } from './saved-row.js';

/** What becomes of a VF once the domain has let it go. */
export interface GiveBack {
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
}

const NOTHING: GiveBack = { steps: [], warnings: [] };

/**
 * The step that gives a VF back to the host, for a NIC that is one and that no running definition has afterwards.
 * Reads only; what cannot be read is said, and does not keep the NIC from being detached.
 */
export async function giveBackVf(prepared: PreparedDetach, options: DetachOptions): Promise<GiveBack> {
  const { nic, affect, view } = prepared;
  const half = affect.live ? 'live' : 'config';
  const own = ownElement(view, nic, half);
  if (own.hostdevSource === null || (!affect.live && nic.sightings.live !== undefined)) return NOTHING;
  try {
    return await planned(own, own.hostdevSource, prepared, options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!isHotnicError(error)) throw error;
    return { steps: [], warnings: [`the VF ${own.hostdevSource} is not given back: ${error.message}`] };
  }
}

/** After the definitions are proved, so that what is given back is nobody's; before the guest, which may not answer. */
export function withGiveBack(own: readonly Step[], { steps }: GiveBack): readonly Step[] {
  const at = own.findIndex(({ name }) => name === 'prove-definitions') + 1;
  return [...own.slice(0, at), ...steps, ...own.slice(at)];
}

async function planned(
  { managed }: InterfaceXml,
  vf: VfPlace['vf'],
  { view }: PreparedDetach,
  { hypervisor, stateDir, timeoutMs, signal }: DetachOptions,
): Promise<GiveBack> {
  const { functions } = await readNetworkFunctions(hypervisor.host, {
    named: [vf],
    overrides: false,
    signal,
    timeoutMs: VF_COMMAND_MS,
  });
  const virtual = functions.find(({ address }) => address === vf)?.virtual ?? null;
  if (virtual === null) return { steps: [], warnings: [`the host has no VF ${vf} any more`] };
  const place = { vf, pf: virtual.physicalFunction, index: virtual.index };
  const world = hostWorld(hypervisor, timeoutMs);
  const { driver, boot } = await readVfState(hypervisor.host, place, { signal });
  const { row } = await vfNow(world, place, signal);
  const saved = stateDir === undefined ? null : await savedVf(stateDir, place, view.uuid, boot);
  const home = saved?.home ?? { driver: managed ? null : driver, netdev: false };
  const input: Json = { ...place, home, row: saved ? { ...saved.row } : null, guest: { ...row } };
  // The guest has let go by then: what fails afterwards must not dress the VF up for it again, so it has no undo here.
  const made = actStep({ act: 'vf-return', input }, world);
  const { name, act = '', describe } = made;
  return {
    steps: [{ name, act, describe, input, onInterrupt: 'finish', run: (context) => made.run(context) }],
    warnings: saved
      ? []
      : [
          `no record of how VF ${place.index} of ${place.pf} was before: what libvirt puts back is left as it is`,
        ],
  };
}
