import type { PlaneReading, Sighting } from '../nic/sighting.js';
import type { DomainView } from '../hypervisor/domain-view.js';
import { sameDefinition } from '../xml/edit.js';
import type { DomainXml, InterfaceXml } from '../xml/domain.js';
import { hotplugKind, type HotplugKind } from '../xml/slots.js';

/** The NICs of the running definition, each with what differs from its persistent counterpart. */
export function readLive(view: DomainView): PlaneReading {
  if (!view.live) return { plane: 'live', state: 'absent', why: 'the domain is shut off', sightings: [] };
  const { live, config } = view;
  const slot = live.interfaces.length === 0 ? 'unknown' : hotplugKind(live).kind;
  const sightings = live.interfaces.map((nic) =>
    sight('live', live, nic, view.readAt, { drift: driftOf(nic, config, live), slot }),
  );
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
    sightings: config.interfaces.map((nic) => sight('config', config, nic, view.readAt, { drift: '' })),
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
  more: { readonly drift: string; readonly slot?: HotplugKind['kind'] },
): Sighting {
  return {
    plane,
    readFrom: plane === 'live' ? 'live domain XML' : 'persistent domain XML',
    readAt,
    alias: nic.alias,
    mac: nic.mac,
    pciPath: nic.pciAddress === null ? null : domain.pciPathOf(nic.pciAddress),
    name: nic.target,
    facts: {
      type: nic.type,
      source: nic.sourceText,
      model: nic.model,
      link: nic.linkState ?? 'up',
      pciAddress: nic.pciAddress,
      hostNetdev: WITH_HOST_NETDEV.has(nic.type) && nic.target !== null,
      ...more,
    },
  };
}

/** How a NIC differs in the two definitions; '' when it does not, or is only in one. */
function driftOf(nic: InterfaceXml, config: DomainXml | null, live: DomainXml): string {
  const twins = (config?.interfaces ?? []).filter((other) => other.mac !== null && other.mac === nic.mac);
  const [twin] = twins;
  // Two NICs with one MAC: which is whose twin is a question for the join, not for a guess here.
  if (!twin || twins.length > 1 || live.interfaces.filter((other) => other.mac === nic.mac).length > 1)
    return '';
  if (nic.meaning !== null && nic.meaning === twin.meaning) return '';
  return sameDefinition(nic.element, twin.element)
    .map(
      ({ path, live: now, config: then }) =>
        `${path}: running ${now ?? 'none'}, persistent ${then ?? 'none'}`,
    )
    .join('; ');
}
