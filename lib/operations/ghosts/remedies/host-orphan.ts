import type { PlannedAct } from '../../acts/act.js';
import type { Cure, Remedy, RemedyFinder } from '../remedy.js';

type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** What no domain owns is taken away, unless a process holds it, or may hold it. */
export const hostOrphanCure: RemedyFinder = ({ nic }) => {
  const facts = nic.sightings.host?.facts ?? {};
  const name = nic.target;
  if (name === null) return { remedies: [], byHand: [] };
  if (facts['held'] === 'held')
    return byHand(
      `${String(facts['holders'])} holds ${name}: find out whether it is still needed (a guest that this libvirt does not know goes on running), end it, and scan again`,
    );
  if (facts['held'] === 'unknown') return byHand(`${String(facts['heldWhy'])}; then scan again`);
  if (facts['leftover'] === 'network-port') return networkPort(facts);
  const acts = [...binding(name, facts), ...ovsPort(name, facts), ...device(name, facts)];
  if (acts.length === 0) return byHand(`look at ${name} on the host: hotnic does not know how to remove it`);
  return { remedies: [free(`remove ${name} from the host`, acts), ...offBridge(name, facts)], byHand: [] };
};

function device(name: string, { leftover, ifindex }: Facts): readonly PlannedAct[] {
  if (typeof ifindex !== 'number' || (leftover !== 'tap' && leftover !== 'macvtap' && leftover !== 'macvlan'))
    return [];
  return [{ act: 'host-netdev-delete', input: { name, ifindex, kind: leftover } }];
}

function ovsPort(name: string, { ovsBridge }: Facts): readonly PlannedAct[] {
  return typeof ovsBridge === 'string'
    ? [{ act: 'ovs-port-delete', input: { name, bridge: ovsBridge } }]
    : [];
}

function binding(name: string, { filter }: Facts): readonly PlannedAct[] {
  return typeof filter === 'string'
    ? [{ act: 'nwfilter-binding-delete', input: { device: name, filter } }]
    : [];
}

/** A tap with a name of its own may be somebody's: he can keep it, only not on libvirt's bridge. */
function offBridge(name: string, { ifindex, master, generatedName }: Facts): readonly Remedy[] {
  if (typeof ifindex !== 'number' || typeof master !== 'string' || generatedName === true) return [];
  const acts = [{ act: 'bridge-port-remove', input: { name, ifindex, bridge: master } }];
  return [free(`take ${name} off ${master}, and keep it`, acts)];
}

function networkPort({ network, port, owner }: Facts): Cure {
  const acts = [{ act: 'network-port-delete', input: { network: network ?? '', port: port ?? '' } }];
  const whose = owner == null ? '' : ` that was made for ${String(owner)}`;
  return { remedies: [free(`delete the port of the network ${String(network)}${whose}`, acts)], byHand: [] };
}

function free(title: string, acts: readonly PlannedAct[]): Remedy {
  return {
    kind: 'host-orphan',
    title,
    risk: 'none',
    riskText: 'no domain names it and no process holds it',
    acts,
  };
}

function byHand(text: string): Cure {
  return { remedies: [], byHand: [text] };
}
