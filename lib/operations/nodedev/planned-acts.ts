import { isHotnicError } from '../../errors/hotnic-error.js';
import { isVfioDriver, type HostFunctions, type NetworkFunction } from '../../hypervisor/pci/index.js';
import type { PlannedAct } from '../acts/act.js';
import type { Belongings } from '../acts/function-saved.js';
import { resetMethods } from './reset-choice.js';

/** What can be done with a function. */
export type NodedevOperation = 'detach' | 'reset' | 'reattach' | 'recover';

/** What the plan of an operation is made from. */
export interface ActsParts {
  readonly operation: NodedevOperation;
  /** One function, or all of a group. */
  readonly members: readonly NetworkFunction[];
  readonly all: HostFunctions['all'];
  /** What went with a function when it was given away, or goes with it now; null where nothing is known. */
  readonly belongings: (one: NetworkFunction) => Belongings | null;
  /** The one way to reset that was asked for. */
  readonly method: string | null;
}

/** The acts of an operation in order, and what an operator should know of them. */
export interface PlannedActs {
  readonly acts: readonly PlannedAct[];
  readonly warnings: readonly string[];
}

/**
 * Plans an operation: each kind of act for all members before the next kind, so that a group is whole at every moment at
 * which something is done with it. Pure.
 * @throws HotnicError as resetMethods
 */
export function plannedActs(parts: ActsParts): PlannedActs {
  const { operation, members } = parts;
  const warnings: string[] = [];
  const acts: PlannedAct[] = [];
  if (operation === 'detach' || operation === 'recover') acts.push(...members.map(detachAct));
  if (operation === 'reset') acts.push(...members.map((one) => resetAct(one, parts)));
  if (operation === 'recover') acts.push(...members.flatMap((one) => resetIfPossible(one, parts, warnings)));
  if (operation === 'reattach' || operation === 'recover') {
    acts.push(...members.map(reattachAct));
    acts.push(...members.flatMap((one) => restoreActs(one, parts)));
  }
  return { acts, warnings };
}

function detachAct({ address, iommuGroup, physical }: NetworkFunction): PlannedAct {
  const vfs = (physical?.vfs ?? []).filter((vf) => vf !== null);
  return { act: 'function-detach', input: { function: address, group: iommuGroup?.number ?? 0, vfs } };
}

function resetAct(one: NetworkFunction, { all, method }: ActsParts): PlannedAct {
  const methods = [...resetMethods(one, all, method)];
  return { act: 'function-reset', input: { function: one.address, methods } };
}

/** A function that cannot be reset can be brought home all the same; that it was not reset is said. */
function resetIfPossible(one: NetworkFunction, parts: ActsParts, warnings: string[]): readonly PlannedAct[] {
  try {
    return [resetAct(one, parts)];
  } catch (error) {
    if (!isHotnicError(error, 'no-reset-method') && !isHotnicError(error, 'bus-mate-active')) throw error;
    warnings.push(`${one.address} is not reset: ${error.message}`);
    return [];
  }
}

const NETWORK_CLASS = 0x02;

function reattachAct({ address, class: code }: NetworkFunction): PlannedAct {
  return { act: 'function-reattach', input: { function: address, netdev: code >> 16 === NETWORK_CLASS } };
}

function restoreActs(one: NetworkFunction, { belongings, operation }: ActsParts): readonly PlannedAct[] {
  const known = belongings(one);
  const nothing = known === null || (known.netdevs.length === 0 && known.vfs.length === 0);
  // What is home already has what is its own; only a recovery takes it away and has to put it back.
  const stays = operation === 'reattach' && one.driver !== null && !isVfioDriver(one.driver);
  if (nothing || stays) return [];
  const { netdevs, vfs } = known;
  return [
    {
      act: 'function-restore',
      input: {
        function: one.address,
        netdevs: netdevs.map((netdev) => ({
          ...netdev,
          addresses: netdev.addresses.map((words) => [...words]),
          routes: netdev.routes.map(({ family, words }) => ({ family, words: [...words] })),
        })),
        vfs: vfs.map((vf) => ({ function: vf.function, row: { ...vf.row } })),
      },
    },
  ];
}
