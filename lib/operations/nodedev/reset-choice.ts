import { HotnicError } from '../../errors/hotnic-error.js';
import type { HostFunctions, NetworkFunction, PciFunction } from '../../hypervisor/pci/index.js';
import { memberText } from './group.js';

/**
 * The ways to reset a function that the kernel can really go, in its own order; empty where the kernel does not tell
 * them (before 5.15) and chooses itself. A reset of the bus is none where another function is on it: the kernel refuses,
 * because that one would be reset too.
 * @param wanted the one that shall be used
 * @throws HotnicError `no-reset-method`, `bus-mate-active`, `reset-method-unknown`
 */
export function resetMethods(
  one: NetworkFunction,
  all: HostFunctions['all'],
  wanted: string | null = null,
): readonly string[] {
  const unchanged = { state: 'nothing was changed' };
  if (!one.canReset)
    throw new HotnicError('no-reset-method', `the kernel knows no way to reset ${one.address} by itself`, {
      ...unchanged,
      why: 'it has neither a function level reset nor power management that resets, and shares its bus or sits on the root bus',
      next:
        busMates(one, all).length === 0
          ? 'the last resort is a power cycle of the host'
          : 'hotnic nodedev recover goes on without a reset',
    });
  if (wanted !== null && !one.resetMethods.includes(wanted))
    throw new HotnicError('reset-method-unknown', `${one.address} cannot be reset by ${wanted}`, {
      ...unchanged,
      next:
        one.resetMethods.length === 0
          ? 'leave it to the kernel'
          : `name one of: ${one.resetMethods.join(', ')}`,
    });
  const methods = wanted === null ? one.resetMethods : [wanted];
  const mates = methods.includes('bus') ? busMates(one, all) : [];
  const left = methods.filter((method) => method !== 'bus' || mates.length === 0);
  if (left.length > 0 || one.resetMethods.length === 0) return left;
  throw new HotnicError(
    'bus-mate-active',
    `${one.address} can be reset with its bus alone, and ${mates.map(memberText).join(', ')} ${mates.length === 1 ? 'is' : 'are'} on it too`,
    {
      ...unchanged,
      why: 'a reset of the bus resets every function on it; the kernel refuses that',
      next: 'recover goes on without a reset; the last resort is a power cycle of the host',
    },
  );
}

/** The other functions on the same bus. */
export function busMates(one: NetworkFunction, all: HostFunctions['all']): readonly PciFunction[] {
  const bus = one.address.slice(0, 7);
  return [...all.values()].filter(
    ({ address, parent }) => address !== one.address && address.startsWith(bus) && parent === one.parent,
  );
}
