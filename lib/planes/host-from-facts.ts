import type { HostFacts, HostLink } from '../hypervisor/host/index.js';
import { valueOf } from '../hypervisor/host/index.js';
import type { PlaneReading, Sighting } from '../nic/sighting.js';
import { functionHeld } from './function-held.js';
import { functionFacts, heldFacts } from './host-function-nic.js';

/**
 * The host plane of one domain from a look at the whole hypervisor: no command, no file. It says the same as
 * `readHost`, and more of each device.
 */
export function readHostFrom(live: PlaneReading, facts: HostFacts): PlaneReading {
  if (live.state !== 'read')
    return { plane: 'host', state: live.state, why: live.why ?? 'no running definition', sightings: [] };
  const { links } = facts;
  const passed = live.sightings.some(({ facts: { hostFunction } }) => typeof hostFunction === 'string');
  if (passed && facts.functions.state !== 'read')
    return { plane: 'host', state: 'unreadable', why: facts.functions.why, sightings: [] };
  if (links.state !== 'read') return { plane: 'host', state: 'unreadable', why: links.why, sightings: [] };
  const sightings = live.sightings.flatMap((nic) => {
    if (typeof nic.facts['hostFunction'] === 'string') return sightFunction(nic, facts) ?? [];
    const link =
      nic.facts['hostNetdev'] === true && nic.name !== null ? links.value.get(nic.name) : undefined;
    return link === undefined ? [] : [sight(nic, link, facts)];
  });
  return { plane: 'host', state: 'read', sightings };
}

function sight(nic: Sighting, link: HostLink, facts: HostFacts): Sighting {
  const ovs = valueOf(facts.ovsPorts)?.find(({ name }) => name === link.name);
  return {
    plane: 'host',
    readFrom: 'ip address of the host',
    readAt: facts.readAt,
    alias: nic.alias,
    // A tap's own MAC is not the guest's; the definition says whose it is.
    mac: nic.mac,
    pciPath: nic.pciPath,
    name: link.name,
    facts: {
      operstate: link.operstate,
      master: link.master,
      kind: link.tun?.type ?? link.kind,
      ifindex: link.ifindex,
      carrier: link.carrier,
      lower: link.lower,
      ovsBridge: ovs?.bridge ?? null,
      ovsError: ovs?.error ?? null,
    },
  };
}

/** A function that is passed through: the definition says whose it is, the host on which driver and in whose hands. */
function sightFunction(nic: Sighting, { functions, readAt }: HostFacts): Sighting | null {
  const found = valueOf(functions);
  const one = found?.functions.find(({ address }) => address === nic.facts['hostFunction']);
  if (!found || !one) return null;
  return {
    plane: 'host',
    readFrom: '/sys/bus/pci/devices of the host',
    readAt,
    alias: nic.alias,
    mac: nic.mac,
    pciPath: nic.pciPath,
    name: one.address,
    facts: {
      function: one.address,
      ...functionFacts(one),
      ...heldFacts(functionHeld(one, found.holders)),
    },
  };
}
