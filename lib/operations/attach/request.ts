import { othersOf } from '../recovery/find-half.js';
import { requestedDomain, type HalfRequest, type NicRequest } from '../recovery/request.js';
import type { DomainXml } from '../../xml/domain.js';
import type { AttachOptions } from './attach.js';
import type { PreparedAttach } from './prepare.js';

/** What another process needs to finish this attach or to take it back. */
export function attachRequest(
  { view, affect, mac, xml, pciAddress, pciPath, slotKind, state }: PreparedAttach,
  { hypervisor }: AttachOptions,
): NicRequest {
  const half = (definition: DomainXml | null): HalfRequest => ({
    mac,
    address: pciAddress,
    before: null,
    after: xml,
    others: othersOf(definition, mac, null),
  });
  return {
    kind: 'nic',
    uri: hypervisor.uri,
    goal: 'after',
    root: null,
    domain: requestedDomain(view),
    change: 'attach',
    nic: { alias: null, mac, pciPath, guestName: null },
    live: affect.live ? half(view.live) : null,
    config: affect.config ? half(view.config) : null,
    slot: slotKind,
    guest: state.guest?.channel.label ?? null,
  };
}
