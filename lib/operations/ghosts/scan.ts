import { setMaxListeners } from 'node:events';
import { findDomain, viewDomain } from '../../hypervisor/domain-view.js';
import { viewAllDomains, type DomainViews } from '../../hypervisor/domain-views.js';
import { inParallel } from '../../hypervisor/in-parallel.js';
import { guestAnswer } from './scan-guest.js';
import { readHostOnce } from './scan-host.js';
import { scanDomain } from './scan-domain.js';
import type { ScanOptions } from './scan-options.js';
import type { Scan } from './scan-types.js';

/**
 * One look at a hypervisor: every plane of its domains, and, when no domain is named, what no domain owns. A guest that
 * cannot be reached, a domain that cannot be read or a plane that fails is said so and does not end the scan.
 * @throws HotnicError `domain-not-found` for a domain that was named; what keeps libvirt from answering at all
 */
export async function scan(options: ScanOptions): Promise<Scan> {
  const startedAt = Date.now();
  // Every read of a scan listens to the one signal; node takes more than ten listeners for a leak.
  setMaxListeners(0, options.signal);
  const [found, host] = await Promise.all([viewsOf(options), readHostOnce(options)]);
  const { views, unreadable } = found;
  let done = 0;
  const [domains, leftovers] = await Promise.all([
    inParallel(views, options.guestsAtOnce ?? 16, async (view) => {
      const guest = await guestAnswer(view, options);
      const scanned = await scanDomain(view, guest, host, options);
      options.onDomain?.(++done, views.length);
      return scanned;
    }),
    host.leftovers(found),
  ]);
  return {
    domains: domains.sort((a, b) => (a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : 0)),
    unreadable,
    host: leftovers,
    startedAt,
    tookMs: Date.now() - startedAt,
  };
}

async function viewsOf({ hypervisor, domains, signal }: ScanOptions): Promise<DomainViews> {
  if (domains.length === 0) return await viewAllDomains(hypervisor.act, signal);
  const found = await Promise.all(domains.map((name) => findDomain(hypervisor.act, name)));
  const once = new Map(found.map((domain) => [domain.uuid, domain]));
  return { views: await Promise.all([...once.values()].map((domain) => viewDomain(domain))), unreadable: [] };
}
