import { viewAllDomains } from '../../hypervisor/domain-views.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import {
  readNetworkFunctions,
  vfioGroupOf,
  type HostFunctions,
  type NetworkFunction,
} from '../../hypervisor/pci/index.js';
import type { Holder } from '../../hypervisor/host/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { functionClaims, type FunctionClaim, type FunctionClaims } from '../../planes/function-claims.js';

/** The host's functions, and who uses them. */
export interface NodedevFacts extends HostFunctions {
  /** What definitions name. */
  readonly claims: FunctionClaims;
  /** Domains whose definitions could not be read: who uses a function is not wholly known then. */
  readonly unreadable: readonly string[];
}

export interface FactsOptions {
  readonly named?: readonly PciAddress[];
  readonly overrides?: boolean;
  readonly signal: AbortSignal;
}

/** Reads the host's functions and all definitions, at once. */
export async function readNodedevFacts(
  { act, host }: Pick<Hypervisor, 'act' | 'host'>,
  { signal, ...options }: FactsOptions,
): Promise<NodedevFacts> {
  const [functions, { views, unreadable }] = await Promise.all([
    readNetworkFunctions(host, { ...options, signal }),
    viewAllDomains(act, signal),
  ]);
  return { ...functions, claims: functionClaims(views), unreadable: unreadable.map(({ domain }) => domain) };
}

/** Who uses a function now, and who names it for another time. */
export interface FunctionUsers {
  /** Running domains that have it. */
  readonly running: readonly FunctionClaim[];
  /** Persistent definitions that name it. */
  readonly defined: readonly FunctionClaim[];
  /** Processes that have its vfio group open. */
  readonly holders: readonly Holder[];
}

/** Sorts what is known of a function's users. */
export function usersOf(one: NetworkFunction, { claims, holders }: NodedevFacts): FunctionUsers {
  const own = claims.get(one.address) ?? [];
  const group = vfioGroupOf(one);
  return {
    running: own.filter(({ half }) => half === 'live'),
    defined: own.filter(({ half }) => half === 'config'),
    // A process may have a group open many times; it is one user.
    holders: distinct(holders.holders.filter(({ holds }) => holds === group)),
  };
}

function distinct(holders: readonly Holder[]): readonly Holder[] {
  return [...new Map(holders.map((holder) => [holder.pid, holder])).values()];
}
