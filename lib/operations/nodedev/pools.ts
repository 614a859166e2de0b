import type { Connection } from 'node-libvirt';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { readPci } from '../../xml/device-address.js';
import { parseXml } from '../../xml/parse.js';
import { attribute, childElements, find } from '../../xml/tree.js';

/** Something that a network of libvirt hands to its guests: one function, or the VFs of a PF. */
export interface PoolMember {
  readonly network: string;
  /** Null for a network that names a PF. */
  readonly address: PciAddress | null;
  readonly pfNetdev: string | null;
  readonly pf: PciAddress | null;
  /** libvirt takes the function from its driver and gives it back; else the operator keeps it on vfio-pci. */
  readonly managed: boolean;
}

/**
 * Reads the networks that give functions to their guests (`<forward mode="hostdev">`). One that cannot be read is left
 * out: it is told for information alone.
 */
export async function readHostdevPools(
  connection: Connection,
  signal?: AbortSignal,
): Promise<readonly PoolMember[]> {
  const options = signal === undefined ? {} : { signal };
  try {
    const networks = await connection.listAllNetworks(0, options);
    const texts = await Promise.all(
      networks.map(async (network) => [network.name, await network.getXMLDesc(0, options)] as const),
    );
    return texts.flatMap(([name, xml]) => parsePool(name, xml));
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return [];
  }
}

/** Reads one network's definition; empty where it hands no functions out. */
export function parsePool(network: string, xml: string): readonly PoolMember[] {
  const forward = find(
    parseXml(xml, { what: 'the definition of a network', sizeLimit: 1_048_576 }),
    'forward',
  );
  if (forward === null || attribute(forward, 'mode') !== 'hostdev') return [];
  const managed = attribute(forward, 'managed') === 'yes';
  const pfs = childElements(forward, 'pf').map((pf) => attribute(pf, 'dev'));
  const addresses = childElements(forward, 'address').flatMap((one) => readPci(one) ?? []);
  return [
    ...pfs.map((dev) => ({ network, address: null, pfNetdev: dev, pf: parsePciAddress(dev ?? ''), managed })),
    ...addresses.map((address) => ({ network, address, pfNetdev: null, pf: null, managed })),
  ];
}
