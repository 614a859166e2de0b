import { setMaxListeners } from 'node:events';
import { findDomain, viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { acting } from '../../hypervisor/observing.js';
import { viewAllDomains, type DomainViews } from '../../hypervisor/domain-views.js';
import { atMost } from '../../hypervisor/in-parallel.js';
import { guestAnswer } from './scan-guest.js';
import { readHostOnce } from './scan-host.js';
import { scanDomain } from './scan-domain.js';
import type { ScanOptions } from './scan-options.js';
import type { DomainScan, Scan } from './scan-types.js';

/**
 * One look at a hypervisor: every plane of its domains, and, when no domain is named, what no domain owns. A guest that
 * cannot be reached, a domain that cannot be read or a plane that fails is said so and does not end the scan.
 * @throws HotnicError `domain-not-found` for a domain that was named; what keeps libvirt from answering at all
 */
export async function scan(options: ScanOptions): Promise<Scan> {
  const startedAt = Date.now();
  // Every read of a scan listens to the one signal; node takes more than ten listeners for a leak.
  setMaxListeners(0, options.signal);
  const host = readHostOnce(options);
  const atOnce = atMost<DomainScan>(options.guestsAtOnce ?? 16);
  const scans: Promise<DomainScan>[] = [];
  let done = 0;
  const judging = (view: DomainView, of: number) => {
    const scanOne = async () => {
      const guest = await guestAnswer(view, options);
      const scanned = await scanDomain(view, guest, await host, options);
      options.onDomain?.(++done, of);
      return scanned;
    };
    scans.push(atOnce(scanOne));
  };
  // Domains are judged while libvirt reads the next ones.
  const [found] = await Promise.all([viewsOf(options, judging), host]);
  const [domains, leftovers] = await Promise.all([Promise.all(scans), (await host).leftovers(found)]);
  return {
    domains: domains.sort((a, b) => (a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : 0)),
    unreadable: found.unreadable,
    host: leftovers,
    startedAt,
    tookMs: Date.now() - startedAt,
  };
}

async function viewsOf(
  { hypervisor, domains, signal }: ScanOptions,
  onView: (view: DomainView, of: number) => void,
): Promise<DomainViews> {
  if (domains.length === 0) return await viewAllDomains(hypervisor.act, signal, onView);
  const views = await acting(hypervisor, async (connection) => {
    const found = await Promise.all(domains.map((name) => findDomain(connection, name)));
    const once = [...new Map(found.map((domain) => [domain.uuid, domain])).values()];
    return await Promise.all(once.map((domain) => viewDomain(domain)));
  });
  for (const view of views) onView(view, views.length);
  return { views, unreadable: [] };
}
