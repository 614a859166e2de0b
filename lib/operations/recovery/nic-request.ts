import type { DomainView } from '../../hypervisor/domain-view.js';
import type { Nic } from '../../nic/sighting.js';
import { serialize } from '../../xml/serialize.js';
import type { XmlElement } from '../../xml/tree.js';
import { ownElement } from '../shared/own-element.js';
import { othersOf } from './find-half.js';
import { requestedDomain, type HalfRequest, type NicRequest } from './request.js';

/** The request of a change to a NIC that is there: `after` makes what becomes of its element, null where it goes. */
export function requestForNic(
  view: DomainView,
  nic: Nic,
  affect: { readonly live: boolean; readonly config: boolean },
  after: (before: XmlElement) => XmlElement | null,
  rest: Pick<NicRequest, 'change' | 'uri' | 'slot' | 'guest'>,
): NicRequest {
  const half = (name: 'live' | 'config'): HalfRequest => {
    const own = ownElement(view, nic, name);
    const changed = after(own.element);
    return {
      mac: own.mac,
      address: own.pciAddress,
      before: serialize(own.element),
      after: changed === null ? null : serialize(changed),
      others: othersOf(view[name], own.mac, own),
    };
  };
  const { alias, mac, pciPath, guestName } = nic;
  return {
    kind: 'nic',
    goal: 'after',
    root: null,
    domain: requestedDomain(view),
    nic: { alias, mac, pciPath, guestName },
    live: affect.live ? half('live') : null,
    config: affect.config ? half('config') : null,
    ...rest,
  };
}
