import { hotplugReadiness } from '../../guest/readiness.js';
import type { GuestProbe } from '../../guest/probe-types.js';
import type { Nic } from '../../nic/sighting.js';
import type { PciPath } from '../../nic/pci-address.js';
import type { DomainXml } from '../../xml/domain.js';
import { hotplugKind } from '../../xml/slots.js';
import type { SlotKind } from '../detach/slot-rules.js';

/**
 * How the slot of a NIC learns that its device should go: the guest's own word (pciehp or acpiphp on that slot) comes
 * before what machine type and arguments let expect.
 */
export function slotKindOf(
  live: DomainXml | null,
  nic: Nic,
  probe: GuestProbe | null,
): { readonly kind: SlotKind; readonly reason: string } {
  const inferred = live ? hotplugKind(live) : { kind: 'unknown' as const, reason: 'the domain does not run' };
  if (!probe || inferred.kind === 'pseries') return inferred;
  const port = nic.pciPath?.split('/').slice(0, -1).join('/') ?? '';
  const { kind } = hotplugReadiness(probe, port === '' ? {} : { portPath: port as PciPath });
  return kind === 'unknown' ? inferred : { kind, reason: 'the guest’s sysfs' };
}
