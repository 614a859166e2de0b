import { HotnicError } from '../../errors/hotnic-error.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import { pciAddress, type PciAddress, type PciPath } from '../../nic/pci-address.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import type { DomainXml } from '../../xml/domain.js';
import { freeSlots } from '../../xml/slots.js';
import type { Affect } from '../shared/affect.js';

export interface ChosenSlot {
  /** Null: libvirt chooses, in each definition for itself. */
  readonly pciAddress: PciAddress | null;
  /** Where the guest will see it; null when it is not known beforehand. */
  readonly pciPath: PciPath | null;
}

/**
 * Chooses a slot that is free in every definition that gets the NIC, so that its address, and with it the guest's name
 * for it, is the same after the next boot.
 * @throws HotnicError `no-free-slot`
 */
export function chooseSlot(
  { live, config, name }: DomainView,
  affect: Affect,
  spec: InterfaceSpec,
  /** Slots that the same plan gives to another NIC. */
  promised: ReadonlySet<PciAddress> = new Set(),
): ChosenSlot {
  if (!affect.live || !live) return { pciAddress: null, pciPath: null };
  if (spec.pci !== undefined) return { pciAddress: spec.pci, pciPath: live.pciPathOf(spec.pci) };
  const free = fitting(live, spec).filter((address) => !promised.has(address));
  const hasPci = live.controllers.some(({ model }) => model === 'pcie-root' || model === 'pci-root');
  // A machine without PCI (CCW), or a conventional model that wants a bridge first: libvirt knows what to do.
  if (!hasPci || (free.length === 0 && CONVENTIONAL.has(spec.model ?? '')))
    return { pciAddress: null, pciPath: null };
  if (free.length === 0) throw noFreeSlot(name, live);
  const alsoFree = affect.config && config ? new Set(fitting(config, spec)) : null;
  const [common] = alsoFree ? free.filter((address) => alsoFree.has(address)) : free;
  return common === undefined
    ? { pciAddress: null, pciPath: null }
    : { pciAddress: common, pciPath: live.pciPathOf(common) };
}

// libvirt puts these into conventional PCI slots (src/qemu/qemu_domain_address.c).
const CONVENTIONAL = new Set(['e1000', 'rtl8139', 'ne2k_pci', 'pcnet', 'i82551', 'i82557b', 'i82559er']);

function fitting(domain: DomainXml, { model }: InterfaceSpec): readonly PciAddress[] {
  const slots = freeSlots(domain);
  const isPcie = domain.controllers.some(({ model: root }) => root === 'pcie-root');
  const wanted = isPcie && !CONVENTIONAL.has(model ?? '') ? 'pcie' : 'pci';
  return slots
    .filter(({ connects }) => connects === wanted)
    .map(({ bus, slot }) => pciAddress(0, bus, slot, 0));
}

function noFreeSlot(name: string, live: DomainXml): HotnicError {
  const ports = live.controllers.filter(({ model }) => model === 'pcie-root-port').length;
  return new HotnicError('no-free-slot', `${name} has no free hot-pluggable PCI slot`, {
    why:
      ports > 0
        ? `each NIC needs an empty pcie-root-port, and all ${ports} are taken; q35 has one spare unless more are defined`
        : 'every slot of the PCI bus is taken',
    state: 'nothing was changed',
    next: `detach a device, or add <controller type='pci' model='pcie-root-port'/> with virsh edit ${name} and start the domain anew`,
  });
}
