import { setMaxListeners } from 'node:events';
import type { HostEvidence } from '../../nic/host-evidence.js';
import type { Hypervisor } from '../open.js';
import { valueOf, type HostFacts } from './facts.js';
import { readFilterBindings } from './filter-bindings.js';
import { readLinks } from './links.js';
import { readNeighbours } from './neighbours.js';
import { readNetworks } from './networks.js';
import { readOvsPorts } from './ovs.js';
import { readPart } from './part.js';
import { readFunctions } from './pci-functions.js';
import { readXenVifs } from './xenstore.js';

/**
 * Reads what of a hypervisor concerns NICs and belongs to no domain, all at once. A part that fails says so in its
 * state and does not end the others.
 * @throws the abort reason
 */
export async function readHostFacts(hypervisor: Hypervisor, given?: AbortSignal): Promise<HostFacts> {
  const { host, act } = hypervisor;
  const readAt = Date.now();
  const signal = manyListeners(given);
  const options = { signal };
  const [links, neighbours, networks, filterBindings, ovsPorts, functions, xenVifs, tools] =
    await Promise.all([
      readPart(() => readLinks(host, options), signal),
      readPart(() => readNeighbours(host, options), signal),
      readPart(() => readNetworks(act, signal), signal),
      readPart(() => readFilterBindings(act, signal), signal),
      readPart(() => readOvsPorts(host, options), signal),
      readPart(() => readFunctions(host, options), signal),
      readPart(() => readXenVifs(host, options), signal),
      readPart(() => host.run(['sh', '-c', 'command -v dhcp_release'], { signal }), signal),
    ]);
  return {
    links,
    neighbours,
    networks,
    filterBindings,
    ovsPorts,
    functions,
    xenVifs,
    canReleaseLeases: tools.state === 'read' && tools.value.status === 0,
    readAt,
    tookMs: Date.now() - readAt,
  };
}

/** Every call listens to the signal while it runs, and Node warns of more than ten listeners as of a leak. */
function manyListeners(signal: AbortSignal | undefined): AbortSignal {
  const own = AbortSignal.any(signal === undefined ? [] : [signal]);
  setMaxListeners(0, own);
  return own;
}

/** What of it the verdicts on NICs use; null where neither leases nor neighbours could be read. */
export function hostEvidence(facts: HostFacts): HostEvidence | null {
  const networks = valueOf(facts.networks);
  const neighbours = valueOf(facts.neighbours);
  if (networks === null && neighbours === null) return null;
  return {
    leases: (networks ?? []).flatMap(({ leases }) => leases ?? []),
    neighbours: neighbours ?? [],
    canReleaseLeases: facts.canReleaseLeases,
  };
}
