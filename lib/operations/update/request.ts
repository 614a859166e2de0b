import type { DomainView } from '../../hypervisor/domain-view.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { Nic } from '../../nic/sighting.js';
import { interfaceWith, type InterfaceChanges } from '../../xml/edit.js';
import { requestForNic } from '../recovery/nic-request.js';
import type { NicRequest } from '../recovery/request.js';
import type { Half } from './step-change.js';

/** What another process needs to finish this update or to take it back. */
export function updateRequest(
  view: DomainView,
  nic: Nic,
  halves: readonly Half[],
  changes: InterfaceChanges,
  { uri }: Hypervisor,
): NicRequest {
  const affect = { live: halves.includes('live'), config: halves.includes('config') };
  return requestForNic(view, nic, affect, (before) => interfaceWith(before, changes), {
    change: 'update',
    uri,
    slot: 'unknown',
    guest: null,
  });
}
