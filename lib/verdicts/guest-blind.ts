import type { GuestEvidence, GuestSlot } from '../nic/guest-evidence.js';
import type { PciPath } from '../nic/pci-address.js';
import { lacks, nameOf, type Case, type Judge } from './verdict.js';

/** Libvirt runs the NIC, and the guest's PCI bus does not show it. */
export const guestBlind: Judge = (subject) => {
  const { live } = subject.nic.sightings;
  if (!live || live.pciPath === null || !lacks(subject, 'guest-pci')) return null;
  const slot = slotOf(subject.guest, live.pciPath);
  return {
    kind: 'guest-blind',
    summary: `${nameOf(subject.nic)} is attached, and the guest's PCI bus does not show it`,
    evidence: [
      `live domain XML: PCI path ${live.pciPath}`,
      `/sys/bus/pci/devices of the guest: nothing at ${live.pciPath}`,
      ...evidenceOf(subject, slot),
    ],
    cause: causeOf(subject, slot),
    next: nextOf(subject, slot),
  };
};

/** The guest's slot at a path, whatever the function in it. */
export function slotOf(guest: GuestEvidence | null | undefined, path: PciPath): GuestSlot | null {
  const first = path.replace(/\.[0-7]$/, '.0');
  return guest?.slots.find((slot) => slot.path === first) ?? null;
}

function evidenceOf(subject: Case, slot: GuestSlot | null): string[] {
  const waits = subject.unregisterWaits.map(({ text }) => `kernel log of the guest: ${text}`);
  if (!slot) return waits;
  const power = slot.power === null ? '' : `, switched ${slot.power ? 'on' : 'off'}`;
  return [...waits, `the guest's slot there: ${slot.servedBy ?? 'no hot-plug driver'}${power}`];
}

function causeOf(subject: Case, slot: GuestSlot | null): string {
  const [wait] = subject.unregisterWaits;
  if (wait)
    return `the guest's kernel still waits for ${wait.netdev} to become free, and enumerates nothing until then`;
  if (slot?.servedBy === null) {
    const argument = subject.guest?.deafBy;
    const why = argument ? `: it was booted with ${argument}` : '';
    return `no hot-plug driver of the guest serves the slot${why}`;
  }
  if (slot?.power === true)
    return 'the guest has had the slot switched on, so it knew the NIC: it was removed in the guest itself (sysfs "remove")';
  if (slot?.power === false)
    return 'the guest never switched the slot on: it was not ready when the NIC came, or switched it off itself';
  return 'the guest has no hot-plug driver for the slot, was not ready when the NIC came, or removed it itself';
}

function nextOf({ domain, unregisterWaits }: Case, slot: GuestSlot | null): string {
  if (unregisterWaits.length > 0) return `hotnic ghosts explain ${domain}: free the netdev first`;
  if (slot?.servedBy === null && slot.power === null)
    return `hotnic ghosts clean ${domain} --kind guest-blind: a PCI rescan in the guest, or its reset; or take the NIC out with hotnic detach`;
  return `in the guest: echo 1 > /sys/bus/pci/rescan (hotnic ghosts clean ${domain} --kind guest-blind --apply); or take it out with hotnic detach`;
}
