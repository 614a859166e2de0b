import type { PlaneReading, Sighting } from '../nic/sighting.js';
import type { DomainView } from '../hypervisor/domain-view.js';
import { sameDefinition, writtenAlike } from '../xml/edit.js';
import type { DomainXml, InterfaceXml } from '../xml/domain.js';
import { hotplugKind, type HotplugKind } from '../xml/slots.js';

/** The NICs of the running definition, each with what differs from its persistent counterpart. */
export function readLive(view: DomainView): PlaneReading {
  if (!view.live) return { plane: 'live', state: 'absent', why: 'the domain is shut off', sightings: [] };
  const { live, config } = view;
  const slot = live.interfaces.length === 0 ? 'unknown' : hotplugKind(live).kind;
  const drift = driftBetween(live, config);
  const sightings = live.interfaces.map((nic) => sight('live', live, nic, view.readAt, drift(nic), slot));
  return { plane: 'live', state: 'read', sightings };
}

/** The NICs of the persistent definition. */
export function readConfig(view: DomainView): PlaneReading {
  if (!view.config)
    return { plane: 'config', state: 'absent', why: 'the domain is transient', sightings: [] };
  const { config } = view;
  return {
    plane: 'config',
    state: 'read',
    sightings: config.interfaces.map((nic) => sight('config', config, nic, view.readAt, '')),
  };
}

// libvirt makes a device on the host for these; the others end in a socket, a character device or in QEMU itself
// (src/qemu/qemu_interface.c).
const WITH_HOST_NETDEV = new Set(['network', 'bridge', 'ethernet', 'direct']);

function sight(
  plane: 'live' | 'config',
  domain: DomainXml,
  nic: InterfaceXml,
  readAt: number,
  drift: string,
  slot?: HotplugKind['kind'],
): Sighting {
  const facts: Record<string, string | boolean | null> = {
    type: nic.type,
    source: nic.sourceText,
    model: nic.model,
    link: nic.linkState ?? 'up',
    pciAddress: nic.pciAddress,
    hostNetdev: WITH_HOST_NETDEV.has(nic.type) && nic.target !== null,
    hostFunction: nic.hostdevSource,
    drift,
  };
  if (slot !== undefined) facts['slot'] = slot;
  return {
    plane,
    readFrom: plane === 'live' ? 'live domain XML' : 'persistent domain XML',
    readAt,
    alias: nic.alias,
    mac: nic.mac,
    pciPath: nic.pciAddress === null ? null : domain.pciPathOf(nic.pciAddress),
    name: nic.target,
    facts,
  };
}

/** How a NIC of the running definition differs from its twin; '' when it does not, or is only in one. */
function driftBetween(live: DomainXml, config: DomainXml | null): (nic: InterfaceXml) => string {
  const [ours, twins] = [byMac(live), config === null ? NONE : byMac(config)];
  return (nic) => {
    const twin = nic.mac === null ? undefined : twins.get(nic.mac);
    // Two NICs with one MAC: which is whose twin is a question for the join, not for a guess here.
    if (!twin || twin === 'several' || ours.get(nic.mac) === 'several') return '';
    if (nic.written !== null && twin.written !== null && writtenAlike(nic.written, twin.written)) return '';
    return sameDefinition(nic.element, twin.element)
      .map(
        ({ path, live: now, config: then }) =>
          `${path}: running ${now ?? 'none'}, persistent ${then ?? 'none'}`,
      )
      .join('; ');
  };
}

type ByMac = ReadonlyMap<string | null, InterfaceXml | 'several'>;
const NONE: ByMac = new Map();

function byMac({ interfaces }: DomainXml): ByMac {
  const found = new Map<string | null, InterfaceXml | 'several'>();
  for (const nic of interfaces) found.set(nic.mac, found.has(nic.mac) ? 'several' : nic);
  return found;
}
