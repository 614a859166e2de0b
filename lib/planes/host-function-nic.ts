import { isVfioDriver, type NetworkFunction } from '../hypervisor/pci/index.js';
import type { Nic, Sighting } from '../nic/sighting.js';
import { claimText } from './function-claims.js';
import type { VfResidue } from './function-residue.js';
import type { Held } from './host-held.js';
import type { FunctionSuspect } from './host-functions.js';

/** A function that did not come back as a NIC that is in the host plane alone: its facts are all that a verdict needs. */
export function functionNic(suspect: FunctionSuspect, readAt: number): Nic {
  const { address, orphan, claims, lostGuest, vfsInUse } = suspect;
  const sighting: Sighting = {
    plane: 'host',
    readFrom: '/sys/bus/pci/devices of the host',
    readAt,
    alias: null,
    // What a guest has left there is no MAC of this NIC: it would join it to whoever has that MAC by now.
    mac: null,
    pciPath: null,
    name: address,
    facts: {
      leftover: 'function',
      orphan,
      lostGuest,
      namedBy: claims.map(claimText).join(', '),
      vfsInUse: vfsInUse.join(' '),
      ...functionFacts(suspect.function),
      ...heldFacts(suspect.held),
      ...residueFacts(suspect.residue),
    },
  };
  return {
    alias: null,
    mac: null,
    pciPath: null,
    target: address,
    guestName: null,
    sightings: { host: sighting },
  };
}

/** What sysfs says of a function, as facts of a sighting. */
export function functionFacts(one: NetworkFunction | null): Sighting['facts'] {
  if (one === null) return {};
  const { driverOverride: override, virtual } = one;
  return {
    driver: one.driver,
    vfio: isHandedOver(one.driver),
    override: override.state === 'read' ? override.driver : null,
    group: one.iommuGroup?.number ?? null,
    members: (one.iommuGroup?.members ?? []).filter((member) => member !== one.address).join(' '),
    // A reset of the bus would hit its other functions too.
    resetAlone: one.resetMethods.filter((method) => method !== 'bus').join(' '),
    pf: virtual?.physicalFunction ?? null,
    vf: virtual?.index ?? null,
    netdevMac: one.netdevs[0]?.mac ?? null,
  };
}

/** On a driver that hands it to a guest; Xen has its own (drivers/xen/xen-pciback). */
export function isHandedOver(driver: string | null): boolean {
  return isVfioDriver(driver) || driver === 'pciback' || driver === 'xen-pciback';
}

/** Who holds it, as facts of a sighting. */
export function heldFacts({ state, why, holders }: Held): Sighting['facts'] {
  return {
    held: state,
    heldWhy: why,
    holders: holders
      .map(({ pid, command, guest }) => `${command} (pid ${pid}${guest === null ? '' : `, guest ${guest}`})`)
      .join(', '),
    holderPids: holders.map(({ pid }) => pid).join(' '),
  };
}

function residueFacts(residue: VfResidue | null): Sighting['facts'] {
  if (residue === null) return {};
  const { netdev, row, saved, because } = residue;
  return {
    residue: true,
    pfNetdev: netdev,
    rowMac: row.mac,
    rowVlan: row.vlan,
    rowTrust: row.trust,
    because,
    savedFile: saved?.file ?? null,
    savedMac: saved?.adminMac ?? null,
    savedVlan: saved?.vlan ?? null,
  };
}
