import type { DomainViews } from '../../hypervisor/domain-views.js';
import type { HostFacts } from '../../hypervisor/host/index.js';
import type { HostEvidence } from '../../nic/host-evidence.js';
import type { PlaneReading } from '../../nic/sighting.js';
import type { ScanOptions } from './scan-options.js';
import type { HostScan } from './scan-types.js';

/** The hypervisor's own state, read once for all domains. */
export interface HostOnce {
  readonly evidence: HostEvidence | null;
  /** The host plane of one domain. */
  plane(live: PlaneReading): PlaneReading | Promise<PlaneReading>;
  /** What no domain owns; looked for only in a scan of all domains. */
  leftovers(views: DomainViews): Promise<HostScan>;
}

/** Reads what of the hypervisor concerns all domains. */
export async function readHostOnce(options: ScanOptions): Promise<HostOnce> {
  // libvirt's test driver makes domains up: no kernel has their devices, this machine's least of all.
  if (/^test[:+]/.test(options.hypervisor.uri)) return none('the test driver of libvirt has no host');
  return options.host === 'targets' ? await targetsAlone(options) : await whole(options);
}

function none(why: string): HostOnce {
  return {
    evidence: null,
    plane: () => ({ plane: 'host', state: 'not-asked', why, sightings: [] }),
    leftovers: () => Promise.resolve({ evidence: null, state: 'not-asked', why, leftovers: [] }),
  };
}

async function targetsAlone({ hypervisor, signal }: ScanOptions): Promise<HostOnce> {
  const { readHost } = await import('../../planes/host-plane.js');
  return {
    evidence: null,
    plane: (live) => readHost(live, hypervisor.host, signal),
    leftovers: () => Promise.resolve(notAsked(null)),
  };
}

async function whole(options: ScanOptions): Promise<HostOnce> {
  const { hypervisor, signal } = options;
  const [{ hostEvidence, readHostFacts }, { readHostFrom }] = await Promise.all([
    import('../../hypervisor/host/index.js'),
    import('../../planes/host-from-facts.js'),
  ]);
  const facts = await readHostFacts(hypervisor, signal);
  const evidence = hostEvidence(facts);
  return {
    evidence,
    plane: (live) => readHostFrom(live, facts),
    leftovers: async (views) =>
      options.domains.length > 0 ? notAsked(evidence) : await findLeftovers(facts, views, evidence, options),
  };
}

async function findLeftovers(
  facts: HostFacts,
  { views, unreadable }: DomainViews,
  evidence: HostEvidence | null,
  { hypervisor, signal }: ScanOptions,
): Promise<HostScan> {
  const { links } = facts;
  if (links.state !== 'read') return { evidence, state: 'unreadable', why: links.why, leftovers: [] };
  const { findHostLeftovers } = await import('./host-leftovers.js');
  try {
    const leftovers = await findHostLeftovers({
      hypervisor,
      facts,
      signal,
      // A domain that could not be read may own anything: it is then tried again.
      ...(unreadable.length === 0 ? { views } : {}),
    });
    const { functions } = facts;
    if (functions.state === 'unreadable')
      return { evidence, state: 'unreadable', why: `PCI functions: ${functions.why}`, leftovers };
    return { evidence, state: 'read', leftovers };
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return { evidence, state: 'unreadable', why, leftovers: [] };
  }
}

function notAsked(evidence: HostEvidence | null): HostScan {
  return {
    evidence,
    state: 'not-asked',
    why: 'what no domain owns is looked for in a scan of all domains',
    leftovers: [],
  };
}
