import type { DomainView } from '../../hypervisor/domain-view.js';
import type { MacAddress } from '../../nic/mac-address.js';
import type { PciAddress } from '../../nic/pci-address.js';
import type { DomainXml, InterfaceXml } from '../../xml/domain.js';
import type { Affect } from '../shared/affect.js';

/** The NIC that is being attached, in each definition that should get it; undefined where it is not. */
export interface OwnNic {
  readonly live: InterfaceXml | undefined;
  readonly config: InterfaceXml | undefined;
}

/**
 * Finds the NIC that is being attached in a later view of its domain. Two NICs may share a MAC (`--force`), so those
 * that were there before never count: what is proved, or taken out again, must be the new one.
 */
export function ownNicFinder(
  before: DomainView,
  affect: Affect,
  mac: MacAddress,
  pciAddress: PciAddress | null,
): (now: DomainView) => OwnNic {
  const key = (half: string, nic: InterfaceXml) => `${half} ${nic.alias ?? ''} ${nic.pciAddress ?? ''}`;
  const old = new Set([
    ...(before.live?.interfaces ?? []).map((nic) => key('live', nic)),
    ...(before.config?.interfaces ?? []).map((nic) => key('config', nic)),
  ]);
  const find = (half: 'live' | 'config', definition: DomainXml | null) =>
    affect[half]
      ? definition?.interfaces.find(
          (nic) =>
            nic.mac === mac &&
            (pciAddress === null || nic.pciAddress === pciAddress) &&
            !old.has(key(half, nic)),
        )
      : undefined;
  return (now) => ({ live: find('live', now.live), config: find('config', now.config) });
}
