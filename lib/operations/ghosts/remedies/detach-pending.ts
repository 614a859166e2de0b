import type { PlannedAct } from '../../acts/act.js';
import type { Remedy, RemedyFinder } from '../remedy.js';
import { NO_CURE, partsOf, removal, type NicParts } from './nic-parts.js';

/**
 * In order: ask again within the rules of the slot, cut the NIC off and leave the rest to the guest, reset the guest.
 * A paused guest is never resumed by hotnic: somebody has paused it. Where the journal shows that both definitions were
 * to lose the NIC, the persistent one follows when the guest has let go.
 */
export const detachPendingCure: RemedyFinder = (finding, scan) => {
  const parts = partsOf(finding, scan);
  if (!parts?.live?.alias || parts.live.mac === null) return NO_CURE;
  const { paused } = parts.scan.view;
  const { domain } = parts.target;
  // Nobody in the guest hears it: by the guest's own word, or because it stands still.
  const deaf = parts.slot === 'none';
  const nativeSlot = finding.nic.sightings.live?.facts['slot'] === 'native';
  const rest = finding.verdict.wanted === 'gone' ? removal(parts, 'config') : [];
  const remedies = [
    ...(paused || deaf ? [] : [askAgain(parts, parts.live.alias, parts.live.mac, rest)]),
    isolate(parts, finding, parts.live.alias, parts.live.mac),
    ...(deaf && nativeSlot ? [] : [reset(parts, parts.live.alias, rest)]),
  ];
  return {
    remedies,
    byHand: [
      ...(paused ? [`virsh resume ${domain}: the guest lets go when it runs again`] : []),
      ...(deaf && nativeSlot
        ? [`shut ${domain} off and start it again: on a native slot a reset does not take the NIC out`]
        : []),
    ],
  };
};

function askAgain(
  { target, name, slot }: NicParts,
  alias: string,
  mac: string,
  rest: readonly PlannedAct[],
): Remedy {
  return {
    kind: 'detach-pending',
    title: `ask ${target.domain} once more to let ${name} go`,
    risk: 'none',
    riskText: 'its removal was asked for already; nothing else changes',
    acts: [{ act: 'ask-removal', input: { ...target, alias, mac, slot } }, ...rest],
  };
}

function isolate(
  { target, name }: NicParts,
  { nic }: Parameters<RemedyFinder>[0],
  alias: string,
  mac: string,
): Remedy {
  const host = nic.sightings.host;
  const bridge = host?.facts['master'];
  const onBridge = host?.name != null && typeof bridge === 'string' && bridge !== 'ovs-system';
  const off: PlannedAct[] = onBridge ? [{ act: 'port-isolate', input: { netdev: host.name, bridge } }] : [];
  return {
    kind: 'detach-pending',
    title: `cut ${name} off: link down${onBridge ? `, ${host.name} off ${bridge}` : ''}`,
    risk: 'data-path',
    riskText: 'no packet passes through this NIC any more; it stays in the guest',
    pendingUntil: `the guest of ${target.domain} lets go of it, or resets`,
    acts: [{ act: 'link-set', input: { ...target, alias, mac, state: 'down' } }, ...off],
  };
}

function reset({ target, name }: NicParts, alias: string, rest: readonly PlannedAct[]): Remedy {
  return {
    kind: 'detach-pending',
    title: `reset ${target.domain}: ${name} leaves with it`,
    risk: 'guest-reset',
    riskText: 'the guest is not asked: everything that runs in it ends, and it boots anew',
    acts: [{ act: 'domain-reset', input: { ...target, expectGone: [alias] } }, ...rest],
  };
}
