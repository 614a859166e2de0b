import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainView } from '../../hypervisor/domain-view.js';
import { viewAllDomains } from '../../hypervisor/domain-views.js';
import { readHostFacts, valueOf, type HostFacts } from '../../hypervisor/host/index.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { claimsOf } from '../../planes/host-claims.js';
import { heldOf, NOT_HELD, type Held } from '../../planes/host-held.js';
import { leftoverNic, xenNic } from '../../planes/host-leftover.js';
import { hostSuspects, type HostSuspect } from '../../planes/host-suspects.js';
import { xenLeftovers } from '../../planes/xen-leftovers.js';
import { judgeLeftover } from '../../verdicts/leftover.js';
import type { Finding } from './scan-types.js';

export interface LeftoverOptions {
  readonly hypervisor: Hypervisor;
  readonly facts: HostFacts;
  /** Definitions that were read after `facts`, of all domains; where they are left out, they are read. */
  readonly views?: readonly DomainView[];
  readonly signal?: AbortSignal;
  /** Between the two looks, in ms. Default 500: an attach has its tap some 100 ms before its definition (measured). */
  readonly pauseMs?: number;
}

/**
 * What is on the host and belongs to no domain. A domain that is starting, or a NIC that is just being attached or
 * detached, has parts on the host that no definition names yet: so only what is an orphan in two looks counts, each with
 * definitions that were read after the host. On a host without suspects the second look is not taken.
 * @throws HotnicError where libvirt does not answer; the abort reason
 */
export async function findHostLeftovers(options: LeftoverOptions): Promise<readonly Finding[]> {
  const { hypervisor, facts, signal, pauseMs = 500 } = options;
  const first = await look(hypervisor, facts, options.views, signal);
  if (first.suspects.length === 0 && first.vifs.length === 0) return [];
  await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
  const again = await readHostFacts(hypervisor, signal);
  const second = await look(hypervisor, again, undefined, signal);
  const suspects = second.suspects.filter((now) => first.suspects.some((then) => isSame(then, now)));
  const held = await heldOf(hypervisor.host, suspects.flatMap(linkOf), signal);
  const vifs = second.vifs.filter((now) =>
    first.vifs.some(
      (then) => then.backend?.path === now.backend?.path && then.frontend?.path === now.frontend?.path,
    ),
  );
  return [
    ...suspects
      .filter((suspect) => isOurs(suspect, held.get(suspect.name) ?? NOT_HELD))
      .map((suspect) => leftoverNic(suspect, held.get(suspect.name) ?? NOT_HELD, again.readAt)),
    ...vifs.map((vif) => xenNic(vif, again.readAt)),
  ].map((nic) => ({ domain: null, nic, verdict: judgeLeftover(nic) }));
}

async function look(
  hypervisor: Hypervisor,
  facts: HostFacts,
  given: readonly DomainView[] | undefined,
  signal: AbortSignal | undefined,
) {
  const vifs = valueOf(facts.xenVifs) ?? [];
  // With no claims at all: is there anything that could be left over?
  const possible = hostSuspects(facts, claimsOf([]));
  if (possible.length === 0 && vifs.length === 0) return { suspects: [], vifs: [] };
  const { views, unreadable } =
    given === undefined ? await viewAllDomains(hypervisor.act, signal) : { views: given, unreadable: [] };
  return {
    suspects: hostSuspects(facts, claimsOf(views, unreadable.length === 0)),
    vifs: xenLeftovers(vifs, views),
  };
}

function isSame(then: HostSuspect, now: HostSuspect): boolean {
  if (then.kind !== now.kind || then.name !== now.name) return false;
  // The same name with another ifindex is another device.
  return then.kind !== 'device' || now.kind !== 'device' || then.link?.ifindex === now.link?.ifindex;
}

/** Somebody else's virtual machine on libvirt's bridge: its tap has a name of its own, and its process lives. */
function isOurs(suspect: HostSuspect, held: Held): boolean {
  return (
    suspect.kind !== 'device' || held.state === 'free' || /^(?:vnet|macvtap|macvlan)\d+$/.test(suspect.name)
  );
}

function linkOf(suspect: HostSuspect) {
  return suspect.kind === 'device' && suspect.link ? [suspect.link] : [];
}
