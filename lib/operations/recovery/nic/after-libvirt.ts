import { setTimeout as sleep } from 'node:timers/promises';
import { viewDomain, type DomainView } from '../../../hypervisor/domain-view.js';
import { isVfioDriver, readVfState } from '../../../hypervisor/pci/index.js';
import { readVfSaved, vfSet } from '../../acts/vf-set.js';
import { stepHistories } from '../acts-history.js';
import type { Family } from '../family.js';
import { findHalf } from '../find-half.js';
import type { RecoverOptions } from '../recover.js';
import type { NicRequest } from '../request.js';

// libvirt takes a function from its driver within this of being asked; binding it to QEMU takes 0.7–3.3 s (measured).
const GRACE_MS = 3_000;

/**
 * libvirt goes on with an attach whose caller was killed, and a function takes it seconds: on vfio-pci already and in no
 * definition yet, its run looks as if it had changed nothing. So that is waited for, and then how things stand counts.
 */
export async function afterLibvirt(
  family: Family,
  request: NicRequest,
  first: DomainView,
  { hypervisor, timeoutMs, signal, progress, dryRun }: RecoverOptions,
): Promise<DomainView> {
  const { live, change } = request;
  const set = stepHistories(family).find(({ step }) => step.act === vfSet.name);
  const place = vfSet.input.safeParse(set?.step.input);
  const asked = askedAt(family);
  if (dryRun || live === null || change !== 'attach' || !place.success || asked === null) return first;
  const home = readVfSaved(set?.saved)?.home.driver ?? null;
  const since = Date.now();
  const until = since + timeoutMs;
  let view = first;
  while (Date.now() < until && findHalf(view.live, live) === null) {
    const { driver } = await readVfState(hypervisor.host, place.data, { signal });
    const working = isVfioDriver(driver) && !isVfioDriver(home);
    if (!working && Date.now() > asked + GRACE_MS) break;
    progress.waiting(`libvirt to be done with ${place.data.vf}`, since, until);
    await sleep(250, undefined, { signal });
    view = await viewDomain(first.domain);
  }
  return view;
}

/** When libvirt was last asked to attach it; null when it was not. */
function askedAt({ runs }: Family): number | null {
  const asking = runs
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.type === 'step-begin' && ASKING.has(entry.step))
    .map(({ at }) => Date.parse(at));
  return asking.length === 0 ? null : Math.max(...asking);
}

const ASKING: ReadonlySet<string> = new Set(['attach-device', 'put-live']);
