import { beginOf } from '../../../journal/index.js';
import type { Step } from '../../../plan/index.js';
import type { World } from '../../acts/act.js';
import { actsRecoverySteps } from '../acts-steps.js';
import type { Family } from '../family.js';
import { stepsOf } from '../run-state.js';

/**
 * The recovery of a NIC whose run had acts beside the NIC itself (a VF is set on its PF before the domain gets it, and
 * given back once it has let go): they keep their side of it, and change sides with the direction.
 */
export function withActs(
  nic: readonly Step[],
  family: Family,
  goal: 'after' | 'before',
  world: World,
): readonly Step[] {
  const begin = beginOf(family.root);
  const planned = begin ? stepsOf(begin) : [];
  if (planned.every(({ act }) => act === undefined)) return nic;
  const main = planned.findIndex(({ act, changes }) => act === undefined && changes);
  const earlier = actsRecoverySteps(family, goal, world, (_step, index) => index < main);
  const later = actsRecoverySteps(family, goal, world, (_step, index) => index > main);
  const [first, last] = goal === 'after' ? [earlier, later] : [later, earlier];
  // The guest may not answer, and what is given back on the host does not wait for it.
  const at = nic.findIndex(({ name }) => name === 'prove-guest');
  const until = at === -1 ? nic.length : at;
  return [...first, ...nic.slice(0, until), ...last, ...nic.slice(until)];
}
