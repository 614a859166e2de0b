import { ListNetworksFlags, type Connection, type Network } from 'node-libvirt';
import type { DhcpLease } from '../../nic/host-evidence.js';
import { parseMac, type MacAddress } from '../../nic/mac-address.js';
import { parseXml } from '../../xml/parse.js';
import { attribute, find, textOf } from '../../xml/tree.js';
import { inParallel } from '../in-parallel.js';

/** An active network of libvirt, with what it gave out. */
export interface LibvirtNetwork {
  readonly name: string;
  readonly uuid: string;
  /** The bridge it runs on; null for networks without one (hostdev, macvtap, passthrough). */
  readonly bridge: string | null;
  /** Null where libvirt did not tell. */
  readonly leases: readonly DhcpLease[] | null;
  /** Null where libvirt did not tell, or is older than 5.5. */
  readonly ports: readonly NetworkPortFact[] | null;
}

/** A port of a network: what libvirt set aside for one NIC. */
export interface NetworkPortFact {
  readonly network: string;
  readonly networkUuid: string;
  readonly uuid: string;
  /** The domain it was made for. */
  readonly ownerName: string | null;
  readonly ownerUuid: string | null;
  readonly mac: MacAddress | null;
  /** `<plug>`: "bridge", "direct", "hostdev-pci", "network"; null when it has none. */
  readonly plug: string | null;
  readonly plugDevice: string | null;
}

// Requests of one client beyond five wait in libvirtd anyway; this keeps it busy without a queue of thousands.
const AT_ONCE = 16;

/** Reads all active networks with leases and ports. */
export async function readNetworks(
  connection: Connection,
  signal?: AbortSignal,
): Promise<readonly LibvirtNetwork[]> {
  const options = signal === undefined ? {} : { signal };
  const networks = await connection.listAllNetworks(ListNetworksFlags.ACTIVE, options);
  return await inParallel(networks, AT_ONCE, async (network) => {
    const [bridge, leases, ports] = await Promise.all([
      quietly(network.getBridgeName(options), signal),
      quietly(network.getDHCPLeases(null, 0, options), signal),
      quietly(readPorts(network, options), signal),
    ]);
    return {
      name: network.name,
      uuid: network.uuid,
      bridge,
      leases: leases === null ? null : leases.flatMap((lease) => toLease(network.name, bridge, lease) ?? []),
      ports,
    };
  });
}

async function readPorts(
  network: Network,
  options: { readonly signal?: AbortSignal },
): Promise<readonly NetworkPortFact[]> {
  const ports = await network.listAllPorts(0, options);
  const texts = await inParallel(ports, AT_ONCE, (port) =>
    quietly(port.getXMLDesc(0, options), options.signal),
  );
  return texts.flatMap((xml) => (xml === null ? [] : (parsePort(xml, network) ?? [])));
}

/** Reads a `<networkport>`; null for anything else. */
export function parsePort(xml: string, network: Pick<Network, 'name' | 'uuid'>): NetworkPortFact | null {
  const root = parseXml(xml, { what: 'the definition of a network port', sizeLimit: 65_536 });
  const uuid = textOf(find(root, 'uuid'));
  if (root.name !== 'networkport' || uuid === null) return null;
  const plug = find(root, 'plug');
  return {
    network: network.name,
    networkUuid: network.uuid,
    uuid: uuid.toLowerCase(),
    ownerName: textOf(find(root, 'owner', 'name')),
    ownerUuid: textOf(find(root, 'owner', 'uuid'))?.toLowerCase() ?? null,
    mac: parseMac(attribute(find(root, 'mac'), 'address') ?? ''),
    plug: attribute(plug, 'type'),
    plugDevice: attribute(plug, 'bridge') ?? attribute(plug, 'dev'),
  };
}

function toLease(
  network: string,
  bridge: string | null,
  lease: Awaited<ReturnType<Network['getDHCPLeases']>>[number],
): DhcpLease | null {
  const mac = parseMac(lease.mac ?? '');
  // DHCPv6 leases may carry no MAC; they cannot be joined to a NIC.
  if (mac === null) return null;
  return {
    network,
    bridge: bridge ?? lease.iface,
    mac,
    address: lease.ipaddr.toLowerCase(),
    prefix: lease.prefix,
    hostname: lease.hostname,
    clientId: lease.clientid,
    expiresAt: lease.expiryTime === 0 ? null : lease.expiryTime * 1000,
  };
}

/** One network that goes away, or an older daemon, must not keep the others from being read. */
async function quietly<T>(call: Promise<T>, signal?: AbortSignal): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return null;
  }
}
