import { setMaxListeners } from 'node:events';
import type { Channel } from '../../channel/channel.js';
import { isHotnicError } from '../../errors/hotnic-error.js';
import type { HostEvidence } from '../../nic/host-evidence.js';
import type { Hypervisor } from '../open.js';
import type { HostFunctions } from '../pci/network-function.js';
import { readNetworkFunctions } from '../pci/read-functions.js';
import { valueOf, type HostFacts } from './facts.js';
import { readFilterBindings } from './filter-bindings.js';
import { readLinks } from './links.js';
import { readNeighbours } from './neighbours.js';
import { readNetworks } from './networks.js';
import { readOvsPorts } from './ovs.js';
import { NotThere, readPart } from './part.js';
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

// A machine with 200 functions answers in some 50 ms; one that is emulated, or busy with its guests, took 10 s (measured).
const FUNCTIONS_MS = 30_000;

/** A machine without PCI (s390x, a container without sysfs) has no functions, and that is no failure. */
async function readFunctions(
  host: Channel,
  options: { readonly signal: AbortSignal },
): Promise<HostFunctions> {
  try {
    return await readNetworkFunctions(host, { ...options, timeoutMs: FUNCTIONS_MS });
  } catch (error) {
    if (isHotnicError(error, 'host-command') && /can't cd|No such file|exit status 3/i.test(error.message))
      throw new NotThere('the machine shows no PCI bus');
    throw error;
  }
}

/** Every call listens to the signal while it runs, and Node warns of more than ten listeners as of a leak. */
function manyListeners(signal: AbortSignal | undefined): AbortSignal {
  const own = AbortSignal.any(signal === undefined ? [] : [signal]);
  setMaxListeners(0, own);
  return own;
}

/** What of it the verdicts on NICs use; null where nothing of it could be read. */
export function hostEvidence(facts: HostFacts): HostEvidence | null {
  const networks = valueOf(facts.networks);
  const neighbours = valueOf(facts.neighbours);
  const functions = valueOf(facts.functions);
  if (networks === null && neighbours === null && functions === null) return null;
  return {
    leases: (networks ?? []).flatMap(({ leases }) => leases ?? []),
    neighbours: neighbours ?? [],
    canReleaseLeases: facts.canReleaseLeases,
    ...(functions === null ? {} : { functions: new Set(functions.all.keys()) }),
  };
}
