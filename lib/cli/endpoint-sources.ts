import { agentOf } from '../hypervisor/agent.js';
import { findDomain } from '../hypervisor/domain-view.js';
import type { Hypervisor } from '../hypervisor/open.js';
import { knownAddresses, storedEndpoint } from '../operations/endpoint.js';
import type { EndpointSources } from './open-guest.js';

/** Asks libvirt for a guest's endpoint, only when nobody typed one. */
export function endpointSources(hypervisor: Hypervisor, name: string): EndpointSources {
  return {
    hypervisor: hypervisor.remote,
    metadata: async () => await storedEndpoint(await findDomain(hypervisor.act, name)),
    agent: async () => agentOf(await findDomain(hypervisor.act, name)),
    addresses: async () => await knownAddresses(await findDomain(hypervisor.act, name)),
  };
}
