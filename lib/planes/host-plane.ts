import type { Channel } from '../channel/channel.js';
import { readFunctionDriver } from '../hypervisor/host/index.js';
import { readHostNetdev } from '../hypervisor/host-netdevs.js';
import { isHandedOver } from './host-function-nic.js';
import { parsePciAddress } from '../nic/pci-address.js';
import type { PlaneReading, Sighting } from '../nic/sighting.js';

/** Looks on the host for the netdevs and PCI functions that the running definition names. */
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
        .filter(({ facts }) => facts['hostNetdev'] === true || typeof facts['hostFunction'] === 'string')
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
  const { hostFunction } = nic.facts;
  if (typeof hostFunction === 'string') return await sightFunction(nic, hostFunction, host, signal);
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

/** A function that is passed through: the definition says whose it is, the host on which driver it is. */
async function sightFunction(
  nic: Sighting,
  name: string,
  host: Channel,
  signal?: AbortSignal,
): Promise<Sighting | null> {
  const address = parsePciAddress(name);
  const found = address === null ? null : await readFunctionDriver(host, address, { signal });
  return (
    found && {
      plane: 'host',
      readFrom: '/sys/bus/pci/devices of the host',
      readAt: Date.now(),
      alias: nic.alias,
      mac: nic.mac,
      pciPath: nic.pciPath,
      name: address,
      facts: { function: address, driver: found.driver, vfio: isHandedOver(found.driver) },
    }
  );
}
