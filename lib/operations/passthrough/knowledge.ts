import { readLinks } from '../../hypervisor/host/links.js';
import { viewAllDomains } from '../../hypervisor/domain-views.js';
import { observing } from '../../hypervisor/observing.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { readNetworkFunctions, VF_COMMAND_MS } from '../../hypervisor/pci/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { functionClaims } from '../../planes/function-claims.js';
import type { VfKnowledge } from './choose-vf.js';

/** One look at the host's functions, at what all definitions say of them, and at the netdevs made on theirs. */
export async function readVfKnowledge(
  hypervisor: Hypervisor,
  named: readonly PciAddress[],
  signal: AbortSignal,
): Promise<VfKnowledge> {
  const [functions, { views }, links] = await Promise.all([
    readNetworkFunctions(hypervisor.host, { named, overrides: false, signal, timeoutMs: VF_COMMAND_MS }),
    observing(hypervisor, (observer) => viewAllDomains(observer, signal)),
    readLinks(hypervisor.host, { signal, timeoutMs: VF_COMMAND_MS }),
  ]);
  const lowers = [...links.values()].flatMap(({ lower }) => lower ?? []);
  return { functions, claims: functionClaims(views), lowers: new Set(lowers) };
}
