import { nameOf, qemuDevice, stateOf, type Case } from './verdict.js';

/** Why a removal is not carried out, as specific as the evidence allows, and what to do. */
export function whyPending(subject: Case): { readonly cause: string; readonly next: string } {
  const { nic, domain, readings } = subject;
  const again = `hotnic detach ${domain} ${nic.mac ?? nameOf(nic)}`;
  const slot = nic.sightings.live?.facts['slot'];
  if (subject.paused === true)
    return {
      cause: 'the domain is paused: its guest cannot answer, and lets go once it is resumed',
      next: `virsh resume ${domain}, then ${again}`,
    };
  if (subject.guestBoot?.state === 'running')
    return {
      cause: `the guest is still booting (${subject.guestBoot.reason}): ${
        slot === 'native'
          ? 'a native slot remembers the request and carries it out when pciehp starts'
          : 'an ACPI slot loses a request that comes before the guest’s ACPI is up, for good'
      }`,
      next: `wait until it has booted, then ${again}`,
    };
  const seen = nic.sightings['guest-pci'];
  if (seen?.facts['hotplugSlot'] === false)
    return {
      cause: 'the guest has no hot-plug driver for this slot: nobody in it hears the request',
      next:
        slot === 'native'
          ? `the NIC leaves when ${domain} is shut off and started again; a reset does not help on a native slot`
          : `a reset of the guest completes the removal (hotnic ghosts clean ${domain} --max-risk guest-reset)`,
    };
  if (stateOf(readings, 'guest-pci') === 'unreadable')
    return {
      cause: `the guest does not answer (${whyOf(subject)}): it is booting, hangs or has crashed; to libvirt a crashed guest still runs`,
      next: `look at the guest (virsh console ${domain}), then ${again}`,
    };
  if (qemuDevice(nic)?.facts['powerIndicator'] === 'blinking')
    return {
      cause:
        'the guest has heard the request and waits 5 s for a second press of the button, which would cancel it',
      next: 'wait',
    };
  if (seen && slot === 'acpi')
    return {
      cause:
        'the guest runs and has not let go: an ACPI slot loses a request that reached the guest before its ACPI was up',
      next: again,
    };
  return {
    cause:
      'the guest has not acknowledged: it is booting, paused, hung, or has no hot-plug driver for the slot',
    next: again,
  };
}

function whyOf({ readings }: Case): string {
  return readings.find(({ plane }) => plane === 'guest-pci')?.why ?? 'no reason given';
}
