import { readdirSync } from 'node:fs';
import { DomainXMLFlags, type Connection } from 'node-libvirt';
import { probeGuest } from '../../../lib/guest/probe.js';
import { readDomain } from '../../../lib/xml/domain.js';
import { serialize } from '../../../lib/xml/serialize.js';
import { openGuestChannel } from './lab.js';

/** Everything that an attach or detach may change, as text that can be compared. */
export interface Everything {
  readonly live: readonly string[];
  readonly config: readonly string[];
  readonly host: readonly string[];
  readonly guest: readonly string[];
}

/** Both definitions' interfaces, element by element. */
export async function definitions(
  connection: Connection,
  domain: string,
): Promise<Pick<Everything, 'live' | 'config'>> {
  const handle = await connection.domainLookupByName(domain);
  const nics = (xml: string) => readDomain(xml).interfaces.map(({ element }) => serialize(element));
  return {
    live: nics(await handle.getXMLDesc(0)),
    config: nics(await handle.getXMLDesc(DomainXMLFlags.INACTIVE)),
  };
}

/** MACs in each definition: which NICs there are, whatever else differs. */
export async function macs(
  connection: Connection,
  domain: string,
): Promise<{ live: string[]; config: string[] }> {
  const handle = await connection.domainLookupByName(domain);
  const all = (xml: string) =>
    readDomain(xml)
      .interfaces.map(({ mac }) => mac ?? '?')
      .sort();
  return {
    live: all(await handle.getXMLDesc(0)),
    config: all(await handle.getXMLDesc(DomainXMLFlags.INACTIVE)),
  };
}

/** The state of a domain, the host's taps and the guest's devices. */
export async function everything(connection: Connection, domain: string): Promise<Everything> {
  await using channel = await openGuestChannel(domain);
  const probe = await probeGuest(channel);
  return {
    ...(await definitions(connection, domain)),
    host: taps(),
    guest: [...probe.pci.map(({ address }) => address), ...probe.netdevs.map(({ name }) => name)].sort(),
  };
}

/** The taps and macvtaps of the lab's network namespace. */
export function taps(): readonly string[] {
  return readdirSync('/sys/class/net')
    .filter((name) => /^(vnet|macvtap|hn)/.test(name))
    .sort();
}
