import type { DomainView } from '../../hypervisor/domain-view.js';
import { readLive } from '../../planes/definition-planes.js';
import { suspectsQemu } from '../../verdicts/index.js';
import { judgeDomain, type GuestAnswer, type JudgeContext } from '../read-nics.js';
import type { HostOnce } from './scan-host.js';
import type { ScanOptions } from './scan-options.js';
import type { DomainScan } from './scan-types.js';

/** Types of domains that QEMU runs (libvirt src/conf/domain_conf.c, virDomainVirtType). */
const RUN_BY_QEMU = new Set(['qemu', 'kvm', 'kqemu', 'hvf']);

/** Judges one domain from what has been read; QEMU is asked only when that is wanted, or a verdict suggests it. */
export async function scanDomain(
  view: DomainView,
  guest: GuestAnswer,
  host: HostOnce,
  options: ScanOptions,
): Promise<DomainScan> {
  const live = readLive(view);
  const context: JudgeContext = {
    removalRequests: view.active ? await options.removalRequests(view) : [],
    liveOnlyByIntent: options.allowLiveOnly ? 'all' : [],
    host: host.evidence,
  };
  const planes = { host: await host.plane(live), guest, context };
  const judged = await judgeDomain(view, live, planes);
  const askQemu =
    view.active &&
    RUN_BY_QEMU.has(view.live?.type ?? '') &&
    (options.qemu === 'always' || (options.qemu === 'suspected' && suspectsQemu(judged.nics)));
  if (!askQemu) return { ...judged, view, probe: guest.probe };
  const { readQemu } = await import('../../planes/qemu-plane.js');
  const qemu = await readQemu(view, options.signal);
  return { ...(await judgeDomain(view, live, { ...planes, qemu })), view, probe: guest.probe };
}
