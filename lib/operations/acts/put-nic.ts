import { AffectFlags, isDeviceMissing, type Domain } from 'node-libvirt';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { StepContext } from '../../plan/index.js';
import { readInterface } from '../../xml/interface.js';
import { parseXml } from '../../xml/parse.js';
import type { InterfaceXml } from '../../xml/domain.js';
import { serialize } from '../../xml/serialize.js';
import type { SlotKind } from '../detach/slot-rules.js';
import type { World } from './act.js';
import { halfOf, nicAt, readHalf, type NicPlace } from './domain-target.js';
import { letGo } from './let-go.js';

/** One of the two definitions. */
export type Half = 'live' | 'config';

/** Reads the XML of an interface that an act was given. */
export function interfaceOf(xml: string): InterfaceXml {
  return readInterface(parseXml(xml, { what: 'the interface of the act' }));
}

/** Where an interface is found again: by its MAC, and its address where the XML names one. */
export function placeOf(nic: InterfaceXml): NicPlace {
  return { mac: nic.mac ?? ('' as NicPlace['mac']), pciAddress: nic.pciAddress };
}

/** Gives the NIC to one definition. */
export async function putIn(domain: Domain, half: Half, xml: string): Promise<void> {
  try {
    await domain.attachDeviceFlags(xml, half === 'live' ? AffectFlags.LIVE : AffectFlags.CONFIG);
  } catch (error) {
    throw explainLibvirt(error, `attach a NIC to ${halfOf(half, domain.name)}`);
  }
}

/** Takes the NIC at that place out of one definition; nothing to do when it is not there. */
export async function takeFrom(
  domain: Domain,
  half: Half,
  place: NicPlace,
  slot: SlotKind,
  world: World,
  context: StepContext,
): Promise<void> {
  const found = nicAt(await readHalf(domain, half), place);
  if (!found) return;
  if (half === 'live') {
    const { name, uuid } = domain;
    await letGo({ domain: name, uuid, alias: found.alias ?? '', slot }, world, context);
    return;
  }
  try {
    await domain.detachDeviceFlags(serialize(found.element), AffectFlags.CONFIG);
  } catch (error) {
    if (!isDeviceMissing(error))
      throw explainLibvirt(error, `take a NIC out of ${halfOf(half, domain.name)}`);
  }
}
