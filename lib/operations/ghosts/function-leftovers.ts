import type { DomainView } from '../../hypervisor/domain-view.js';
import {
  readParked,
  readSavedVfs,
  valueOf,
  type HostFacts,
  type Parked,
} from '../../hypervisor/host/index.js';
import { isVfioDriver } from '../../hypervisor/pci/index.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { functionClaims } from '../../planes/function-claims.js';
import { readHostdevPools } from '../nodedev/pools.js';
import { functionSuspects, type FunctionSuspect } from '../../planes/host-functions.js';

/**
 * The functions that did not come back, by one look. What else tells of them is read only where there is something to
 * tell of: libvirt's files where there are VFs, the machine's configuration where a function is away from its driver.
 * @param views definitions of all domains, read after `facts`
 */
export async function lookAtFunctions(
  { host, act }: Hypervisor,
  facts: HostFacts,
  views: readonly DomainView[],
  signal: AbortSignal | undefined,
): Promise<readonly FunctionSuspect[]> {
  const [functions, links] = [valueOf(facts.functions), valueOf(facts.links)];
  if (functions === null || links === null) return [];
  const away = functions.functions.some(({ driver }) => driver === null || isVfioDriver(driver));
  const vfs = functions.functions.some(({ virtual }) => virtual !== null);
  const [parked, pools, saved] = await Promise.all([
    away ? readParked(host, { signal }) : NOTHING_PARKED,
    away ? readHostdevPools(act, signal) : [],
    vfs ? readSavedVfs(host, { signal }) : [],
  ]);
  return functionSuspects({
    functions,
    links,
    saved,
    parked,
    pooled: new Set(
      pools
        .filter(({ managed }) => !managed)
        .flatMap(({ address, pf, pfNetdev }) => address ?? pf ?? links.get(pfNetdev ?? '')?.pci ?? []),
    ),
    claims: functionClaims(views),
    running: new Set(views.filter(({ active }) => active).map(({ name }) => name)),
    macs: new Set(
      views.flatMap(({ live, config }) =>
        [...(live?.interfaces ?? []), ...(config?.interfaces ?? [])].flatMap(({ mac }) => mac ?? []),
      ),
    ),
  });
}

const NOTHING_PARKED: Parked = { ids: new Set(), overrides: new Map() };
