import { AffectFlags, isDeviceMissing, type Domain } from 'node-libvirt';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { PciAddress } from '../../nic/pci-address.js';
import type { StepContext } from '../../plan/index.js';
import { readPci } from '../../xml/device-address.js';
import { serialize } from '../../xml/serialize.js';
import { attribute, childElements, find, firstChild, withChildren, type XmlElement } from '../../xml/tree.js';
import type { SlotKind } from '../detach/slot-rules.js';
import type { World } from './act.js';
import { halfOf, readHalf } from './domain-target.js';
import { letGo } from './let-go.js';
import type { Half } from './put-nic.js';

/** The `<hostdev>` of a definition that gives the guest that function of the host; null when there is none. */
export async function hostdevIn(domain: Domain, half: Half, address: PciAddress): Promise<XmlElement | null> {
  const devices = find((await readHalf(domain, half)).element, 'devices');
  const all = devices ? childElements(devices, 'hostdev') : [];
  return (
    all.find(
      (one) =>
        attribute(one, 'type') === 'pci' &&
        readPci(firstChild(firstChild(one, 'source'), 'address')) === address,
    ) ?? null
  );
}

/** Gives a definition a `<hostdev>`. */
export async function putHostdev(domain: Domain, half: Half, xml: string): Promise<void> {
  try {
    await domain.attachDeviceFlags(xml, flagOf(half));
  } catch (error) {
    throw explainLibvirt(error, `give a function of the host to ${halfOf(half, domain.name)}`);
  }
}

/** Takes it out of a definition; of the running one by asking the guest. Nothing to do where it is not there. */
export async function takeHostdev(
  domain: Domain,
  half: Half,
  address: PciAddress,
  slot: SlotKind,
  world: World,
  context: StepContext,
): Promise<void> {
  const own = await hostdevIn(domain, half, address);
  if (!own) return;
  if (half === 'live') {
    const alias = attribute(firstChild(own, 'alias'), 'name') ?? '';
    await letGo({ domain: domain.name, uuid: domain.uuid, alias, slot }, world, context);
    return;
  }
  try {
    await domain.detachDeviceFlags(serialize(own), AffectFlags.CONFIG);
  } catch (error) {
    if (!isDeviceMissing(error))
      throw explainLibvirt(error, `take ${address} out of ${halfOf(half, domain.name)}`);
  }
}

/** The XML with which it can be given back: without the alias that libvirt gave it, which may be another's by now. */
export function givableXml(element: XmlElement): string {
  const children = element.children.filter(
    (node) =>
      node.kind !== 'element' || node.name !== 'alias' || attribute(node, 'name')?.startsWith('ua-') === true,
  );
  return serialize(withChildren(element, children));
}

function flagOf(half: Half): number {
  return half === 'live' ? AffectFlags.LIVE : AffectFlags.CONFIG;
}
