import type { HolderWalk } from '../hypervisor/host/index.js';
import { vfioGroupOf, type NetworkFunction } from '../hypervisor/pci/index.js';
import type { Held } from './host-held.js';

/** Whether a process holds the vfio group of a function, from one walk over the processes. Pure. */
export function functionHeld(one: Pick<NetworkFunction, 'iommuGroup'>, walk: HolderWalk): Held {
  const group = vfioGroupOf(one);
  if (group === null)
    return {
      state: 'unknown',
      holders: [],
      why: 'it is in no IOMMU group, so nothing tells who has it open',
    };
  const holders = walk.holders.filter(({ holds }) => holds === group);
  if (holders.length > 0) return { state: 'held', holders, why: null };
  if (walk.complete) return { state: 'free', holders: [], why: null };
  const why = 'not every process of the hypervisor may be looked at: run hotnic as root';
  return { state: 'unknown', holders: [], why };
}

/** A QEMU that libvirt started, by its `-name guest=…`, for a guest that none of these is. */
export function lostGuest({ holders }: Held, running: ReadonlySet<string>): string | null {
  const lost = holders.find(
    ({ guest, namedByLibvirt }) => namedByLibvirt === true && guest !== null && !running.has(guest),
  );
  return lost?.guest ?? null;
}
