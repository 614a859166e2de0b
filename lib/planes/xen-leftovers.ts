import type { DomainView } from '../hypervisor/domain-view.js';
import type { XenVif } from '../hypervisor/host/index.js';

/** XenbusStateClosed (xen/include/public/io/xenbus.h). */
export const XEN_CLOSED = 6;

/**
 * The vifs of xenstore that no running Xen domain's definition has: of domains that are gone, or that have no NIC of that
 * MAC. A vif whose MAC is not known, or whose domain libvirt does not know (Qubes, xl), is judged by its domain being
 * there alone.
 */
export function xenLeftovers(vifs: readonly XenVif[], views: readonly DomainView[]): readonly XenVif[] {
  const xen = views.filter(({ live }) => live?.type === 'xen');
  return vifs.filter((vif) => {
    if (!vif.frontendAlive) return true;
    const own = xen.find(
      ({ uuid, live }) =>
        uuid.toLowerCase() === vif.frontendUuid || (live?.id !== null && live?.id === vif.frontendDomain),
    );
    if (own?.live == null || vif.mac === null) return false;
    const named = own.live.interfaces.some(({ mac }) => mac === vif.mac);
    // A live frontend and backend belong together whatever a definition says: only what has begun to close is residue.
    return !named && (vif.backend === null || vif.backend.state === XEN_CLOSED);
  });
}
