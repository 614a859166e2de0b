import type { XenVif } from '../hypervisor/host/index.js';
import type { Nic, Sighting } from '../nic/sighting.js';
import type { Held } from './host-held.js';
import type { HostSuspect } from './host-suspects.js';

/** A suspect as a NIC that is in the host plane alone. All that a verdict or a remedy needs is in its facts. */
export function leftoverNic(suspect: HostSuspect, held: Held, readAt: number): Nic {
  return suspect.kind === 'device' ? deviceNic(suspect, held, readAt) : portNic(suspect, readAt);
}

/** A vif of xenstore as a NIC that is in the host plane alone. */
export function xenNic(vif: XenVif, readAt: number): Nic {
  const node = vif.backend ?? vif.frontend;
  return inHost({
    readFrom: 'xenstore-ls of the host',
    readAt,
    mac: vif.mac,
    name: node?.path ?? null,
    facts: {
      leftover: 'xen-vif',
      path: node?.path ?? null,
      backendState: vif.backend?.state ?? null,
      frontendPath: vif.frontend?.path ?? null,
      frontendState: vif.frontend?.state ?? null,
      frontendDomain: vif.frontendDomain,
      frontendAlive: vif.frontendAlive,
      domain: vif.frontendName,
    },
  });
}

function deviceNic(
  { name, link, ovs, binding, because }: Extract<HostSuspect, { kind: 'device' }>,
  held: Held,
  readAt: number,
): Nic {
  return inHost({
    readFrom: link ? 'ip address of the host' : ovs ? 'ovs-vsctl of the host' : 'network filters of libvirt',
    readAt,
    mac: null,
    name,
    facts: {
      leftover: link ? (link.tun?.type ?? link.kind) : ovs ? 'ovs-port' : 'filter-binding',
      because,
      ifindex: link?.ifindex ?? null,
      master: link?.master ?? null,
      lower: link?.lower ?? null,
      persistent: link?.tun?.persistent ?? null,
      carrier: link?.carrier ?? null,
      generatedName: /^(?:vnet|macvtap|macvlan)\d+$/.test(name),
      ovsBridge: ovs?.bridge ?? null,
      ovsError: ovs?.error ?? null,
      ovsDomain: ovs?.externalIds.get('vm-id') ?? null,
      filter: binding?.filter ?? null,
      filterOwner: binding?.ownerName ?? null,
      held: held.state,
      heldWhy: held.why,
      holders: held.holders
        .map(
          ({ pid, command, guest }) => `${command} (pid ${pid}${guest === null ? '' : `, guest ${guest}`})`,
        )
        .join(', '),
    },
  });
}

function portNic({ port }: Extract<HostSuspect, { kind: 'network-port' }>, readAt: number): Nic {
  return inHost({
    readFrom: `ports of the network ${port.network}`,
    readAt,
    mac: port.mac,
    name: port.uuid,
    facts: {
      leftover: 'network-port',
      network: port.network,
      port: port.uuid,
      owner: port.ownerName,
      ownerUuid: port.ownerUuid,
      plug: port.plug,
      plugDevice: port.plugDevice,
      held: 'free',
    },
  });
}

function inHost(sighting: Pick<Sighting, 'readFrom' | 'readAt' | 'mac' | 'name' | 'facts'>): Nic {
  return {
    alias: null,
    mac: sighting.mac,
    pciPath: null,
    target: sighting.name,
    guestName: null,
    sightings: { host: { plane: 'host', alias: null, pciPath: null, ...sighting } },
  };
}
