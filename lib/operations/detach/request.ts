import { requestForNic } from '../recovery/nic-request.js';
import type { NicRequest } from '../recovery/request.js';
import type { DetachOptions } from './detach.js';
import type { PreparedDetach } from './prepare.js';

/** What another process needs to finish this detach or to take it back. */
export function detachRequest(
  { view, nic, affect, slot, state }: PreparedDetach,
  { hypervisor }: DetachOptions,
): NicRequest {
  return requestForNic(view, nic, affect, () => null, {
    change: 'detach',
    uri: hypervisor.uri,
    slot: slot.kind,
    guest: state.guest?.channel.label ?? null,
  });
}
