import type { PciAddress } from '../../nic/pci-address.js';
import type { Lock } from '../../lock/index.js';
import { isHotnicError } from '../../errors/hotnic-error.js';
import { exclusively, type ExclusiveOptions } from '../recovery/exclusive.js';
import { refusal } from './refusals.js';

/**
 * The first of some functions that no other hotnic works on, and of which no run was cut off, with its lock: two hotnics
 * must not give one function to two guests. A single one is waited for.
 * @throws HotnicError `locked`, `run-half-done`
 */
export async function lockFirst<T>(
  candidates: readonly T[],
  addressOf: (one: T) => PciAddress,
  options: ExclusiveOptions,
): Promise<{ readonly one: T; readonly lock: Lock }> {
  const waiting = candidates.length === 1 ? {} : { lockWaitMs: 0 };
  for (const one of candidates) {
    try {
      const subject = { functions: [addressOf(one)] };
      return { one, lock: await exclusively(subject, 'attach', { ...options, ...waiting }) };
    } catch (error) {
      const skip = isHotnicError(error, 'locked') || isHotnicError(error, 'run-half-done');
      if (!skip || candidates.length === 1) throw error;
    }
  }
  throw refusal(
    'locked',
    'every VF that is free is being worked on by another hotnic, or a run on it was cut off',
    'try again in a moment; hotnic journal list',
  );
}
