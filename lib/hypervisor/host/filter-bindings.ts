import type { Connection } from 'node-libvirt';
import { parseMac, type MacAddress } from '../../nic/mac-address.js';
import { parseXml } from '../../xml/parse.js';
import { attribute, find, textOf } from '../../xml/tree.js';
import { inParallel } from '../in-parallel.js';

/** A network filter that is bound to a netdev. */
export interface FilterBindingFact {
  readonly portDev: string;
  readonly filter: string;
  readonly ownerName: string | null;
  readonly ownerUuid: string | null;
  readonly mac: MacAddress | null;
}

/** Reads all bindings of network filters. */
export async function readFilterBindings(
  connection: Connection,
  signal?: AbortSignal,
): Promise<readonly FilterBindingFact[]> {
  const options = signal === undefined ? {} : { signal };
  const bindings = await connection.listAllNWFilterBindings(0, options);
  const read = await inParallel(bindings, 16, async (binding) => {
    try {
      return parseBinding(await binding.getXMLDesc(0, options));
    } catch (error) {
      if (signal?.aborted === true) throw error;
      // It went between the list and this call.
      return null;
    }
  });
  return read.filter((one) => one !== null);
}

/** Reads a `<filterbinding>`; null for anything else. */
export function parseBinding(xml: string): FilterBindingFact | null {
  const root = parseXml(xml, { what: 'the binding of a network filter', sizeLimit: 65_536 });
  const portDev = attribute(find(root, 'portdev'), 'name');
  if (root.name !== 'filterbinding' || portDev === null) return null;
  return {
    portDev,
    filter: attribute(find(root, 'filterref'), 'filter') ?? '',
    ownerName: textOf(find(root, 'owner', 'name')),
    ownerUuid: textOf(find(root, 'owner', 'uuid'))?.toLowerCase() ?? null,
    mac: parseMac(attribute(find(root, 'mac'), 'address') ?? ''),
  };
}
