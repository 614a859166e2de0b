import { viewAllDomains } from '../../hypervisor/domain-views.js';
import { readHostFacts } from '../../hypervisor/host/index.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { isVfioDriver, type NetworkFunction } from '../../hypervisor/pci/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { functionClaims } from '../../planes/function-claims.js';
import type { Verdict } from '../../verdicts/index.js';
import { findHostLeftovers } from '../ghosts/host-leftovers.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import { readHostdevPools, type PoolMember } from './pools.js';
import { usersOf, type FunctionUsers, type NodedevFacts } from './facts.js';

/** A function with who uses it, and what is to be said of it. */
export interface ListedFunction {
  readonly function: NetworkFunction;
  readonly users: FunctionUsers;
  /** Networks of libvirt that give it to their guests. */
  readonly pools: readonly string[];
  readonly verdict: Pick<Verdict, 'kind' | 'summary' | 'evidence' | 'cause' | 'next'>;
}

export interface NodedevList {
  readonly functions: readonly ListedFunction[];
  /** Domains whose definitions could not be read: their functions look unused. */
  readonly unreadable: readonly string[];
}

/**
 * All PCI network functions of a host, and what else is on a vfio driver, each with its users and its verdict. An orphan
 * is one only in two looks, as for a scan: where there is a suspect this takes two seconds longer.
 * @throws HotnicError `functions-unreadable`, `libvirt-…`; the abort reason
 */
export async function listNodedevs(hypervisor: Hypervisor, signal: AbortSignal): Promise<NodedevList> {
  const host = await readHostFacts(hypervisor, signal);
  if (host.functions.state !== 'read')
    throw new HotnicError(
      'functions-unreadable',
      `the PCI functions of the host could not be read: ${host.functions.why}`,
      { next: 'ls /sys/bus/pci/devices' },
    );
  const [{ views, unreadable }, pools] = await Promise.all([
    viewAllDomains(hypervisor.act, signal),
    readHostdevPools(hypervisor.act, signal),
  ]);
  const findings = await findHostLeftovers({ hypervisor, facts: host, views, signal });
  const orphans = new Map(
    findings
      .filter(({ verdict }) => verdict.kind === 'passthrough-orphan')
      .map(({ nic, verdict }) => [nic.target ?? '', verdict]),
  );
  const facts: NodedevFacts = {
    ...host.functions.value,
    claims: functionClaims(views),
    unreadable: unreadable.map(({ domain }) => domain),
  };
  return {
    functions: facts.functions.map((one) => ({
      function: one,
      users: usersOf(one, facts),
      pools: poolsOf(one, pools),
      verdict: orphans.get(one.address) ?? harmless(one, facts),
    })),
    unreadable: facts.unreadable,
  };
}

function poolsOf(one: NetworkFunction, pools: readonly PoolMember[]): readonly string[] {
  const names = new Set<string>(one.netdevs.map(({ name }) => name));
  const own = (address: PciAddress | null) => address !== null && address === one.address;
  const pf = one.virtual?.physicalFunction ?? null;
  return pools.flatMap(({ network, address, pfNetdev, pf: of }) =>
    own(address) || (pfNetdev !== null && names.has(pfNetdev)) || (of !== null && of === pf) ? [network] : [],
  );
}

function harmless(one: NetworkFunction, facts: NodedevFacts): ListedFunction['verdict'] {
  const { running, defined, holders } = usersOf(one, facts);
  const unsure = isVfioDriver(one.driver) && running.length === 0 && holders.length === 0;
  if (unsure && (!facts.holders.complete || facts.unreadable.length > 0))
    return {
      kind: 'unknown',
      summary: `${one.address} is on ${one.driver ?? ''}, and who has it is not known`,
      evidence: facts.holders.complete
        ? [`the definitions of ${facts.unreadable.join(', ')} could not be read`]
        : ['not every process of the hypervisor may be looked at'],
      next: 'run hotnic as root',
    };
  const [claim = defined[0]] = running;
  const [holder] = holders;
  const user = claim ? claim.domain : holder ? `${holder.command}, pid ${holder.pid}` : null;
  return {
    kind: 'healthy',
    summary: `on ${one.driver ?? 'no driver'}${user === null ? '' : `, for ${user}`}`,
    evidence: [],
  };
}
