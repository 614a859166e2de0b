import { HotnicError } from '../../errors/hotnic-error.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { World } from './act.js';

/** What acts on host functions work with: they ask no guest. */
export function hostWorld(hypervisor: Hypervisor, timeoutMs: number): World {
  return {
    hypervisor,
    timeoutMs,
    guest: () =>
      Promise.reject(new HotnicError('internal', 'an act on a function of the host asks no guest')),
  };
}
