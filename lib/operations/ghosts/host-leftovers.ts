import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainView } from '../../hypervisor/domain-view.js';
import { viewAllDomains } from '../../hypervisor/domain-views.js';
import { readHostFacts, valueOf, type HostFacts } from '../../hypervisor/host/index.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { claimsOf } from '../../planes/host-claims.js';
import { functionNic } from '../../planes/host-function-nic.js';
import type { FunctionSuspect } from '../../planes/host-functions.js';
import { heldOf, NOT_HELD, type Held } from '../../planes/host-held.js';
import { leftoverNic, xenNic } from '../../planes/host-leftover.js';
import { hostSuspects, type HostSuspect } from '../../planes/host-suspects.js';
import { xenLeftovers } from '../../planes/xen-leftovers.js';
import { judgeLeftover } from '../../verdicts/leftover.js';
import { lookAtFunctions } from './function-leftovers.js';
import type { Finding } from './scan-types.js';

export interface LeftoverOptions {
  readonly hypervisor: Hypervisor;
  readonly facts: HostFacts;
  /** Definitions that were read after `facts`, of all domains; where they are left out, they are read. */
  readonly views?: readonly DomainView[];
  readonly signal?: AbortSignal;
  /**
   * Between the two looks, in ms. Default 500: an attach has its tap some 100 ms before its definition (measured). Where a
   * function of the host is suspected 2,000: a managed one is away from its driver for longer than that (measured).
   */
  readonly pauseMs?: number;
}

const PAUSE_MS = { device: 500, function: 2000 };

/**
 * What is on the host and belongs to no domain. A domain that is starting, or a NIC that is just being attached or
 * detached, has parts on the host that no definition names yet: so only what is an orphan in two looks counts, each with
 * definitions that were read after the host. On a host without suspects the second look is not taken.
 * @throws HotnicError where libvirt does not answer; the abort reason
 */
export async function findHostLeftovers(options: LeftoverOptions): Promise<readonly Finding[]> {
  const { hypervisor, facts, signal } = options;
  const first = await look(hypervisor, facts, options.views, signal);
  if (first.suspects.length + first.vifs.length + first.functions.length === 0) return [];
  const pauseMs = options.pauseMs ?? (first.functions.length > 0 ? PAUSE_MS.function : PAUSE_MS.device);
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
  const functions = second.functions.filter((now) =>
    first.functions.some((then) => isSameFunction(then, now)),
  );
  return [
    ...suspects
      .filter((suspect) => isOurs(suspect, held.get(suspect.name) ?? NOT_HELD))
      .map((suspect) => leftoverNic(suspect, held.get(suspect.name) ?? NOT_HELD, again.readAt)),
    ...functions.map((one) => functionNic(one, again.readAt)),
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
  // With no claims at all: is there anything that could be left over? What is missing only definitions tell.
  const possible = hostSuspects(facts, claimsOf([]));
  const functions = valueOf(facts.functions)?.functions ?? [];
  if (possible.length + vifs.length + functions.length === 0)
    return { suspects: [], vifs: [], functions: [] };
  const { views, unreadable } =
    given === undefined ? await viewAllDomains(hypervisor.act, signal) : { views: given, unreadable: [] };
  return {
    suspects: hostSuspects(facts, claimsOf(views, unreadable.length === 0)),
    vifs: xenLeftovers(vifs, views),
    // A definition that could not be read may name any function.
    functions: unreadable.length === 0 ? await lookAtFunctions(hypervisor, facts, views, signal) : [],
  };
}

function isSameFunction(then: FunctionSuspect, now: FunctionSuspect): boolean {
  return then.address === now.address && then.orphan === now.orphan;
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
