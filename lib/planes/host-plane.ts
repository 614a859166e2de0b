import type { Channel } from '../channel/channel.js';
import { readHostNetdev } from '../hypervisor/host-netdevs.js';
import type { PlaneReading, Sighting } from '../nic/sighting.js';

/** Looks on the host for the netdevs that the running definition names. */
export async function readHost(
  live: PlaneReading,
  host: Channel,
  signal?: AbortSignal,
): Promise<PlaneReading> {
  if (live.state !== 'read')
    return { plane: 'host', state: live.state, why: live.why ?? 'no running definition', sightings: [] };
  try {
    const sightings = await Promise.all(
      live.sightings
        .filter(({ facts }) => facts['hostNetdev'] === true)
        .map((nic) => sight(nic, host, signal)),
    );
    return { plane: 'host', state: 'read', sightings: sightings.filter((sighting) => sighting !== null) };
  } catch (error) {
    return {
      plane: 'host',
      state: 'unreadable',
      why: error instanceof Error ? error.message : String(error),
      sightings: [],
    };
  }
}

async function sight(nic: Sighting, host: Channel, signal?: AbortSignal): Promise<Sighting | null> {
  if (nic.name === null) return null;
  const netdev = await readHostNetdev(host, nic.name, signal);
  if (!netdev) return null;
  return {
    plane: 'host',
    readFrom: `/sys/class/net/${netdev.name} of the host`,
    readAt: Date.now(),
    alias: nic.alias,
    // A tap's own MAC is not the guest's; the definition says whose it is.
    mac: nic.mac,
    pciPath: nic.pciPath,
    name: netdev.name,
    facts: { operstate: netdev.operstate, master: netdev.master },
  };
}
