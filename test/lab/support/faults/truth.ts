import { probeGuest } from '../../../../lib/guest/probe.js';
import { DomainState } from 'node-libvirt';
import { libvirt, openGuestChannel } from '../lab.js';
import { definitions } from '../state.js';

/** Where a NIC really is, read past hotnic's operation. */
export interface Truth {
  readonly live: boolean;
  readonly config: boolean;
  /** Null while the guest cannot be asked. */
  readonly guest: boolean | null;
  readonly up: boolean | null;
}

/** Reads it over connections of its own: what the operation used may be broken. */
export async function truthOf(domain: string, mac: string): Promise<Truth> {
  await using connection = await libvirt();
  const handle = await connection.domainLookupByName(domain);
  const { live, config } = await definitions(connection, domain);
  const has = (all: readonly string[]) => all.some((xml) => xml.includes(mac));
  const halves = { live: has(live), config: has(config) };
  if ((await handle.getState()).state !== DomainState.RUNNING) return { ...halves, guest: null, up: null };
  try {
    await using channel = await openGuestChannel(domain);
    const { netdevs } = await probeGuest(channel);
    const netdev = netdevs.find((one) => one.mac === mac);
    return { ...halves, guest: netdev !== undefined, up: netdev?.up ?? false };
  } catch {
    return { ...halves, guest: null, up: null };
  }
}

/** In words, for the table. */
export function shown({ live, config, guest }: Truth): string {
  const planes = [live ? 'live' : null, config ? 'config' : null, guest === true ? 'guest' : null];
  const there = planes.filter((one) => one !== null).join(' + ') || 'nowhere';
  return guest === null ? `${there} (guest not asked)` : there;
}
