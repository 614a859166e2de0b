import type { GuestProbe } from '../probe-types.js';
import type { InspectedNic } from './inspect-types.js';
import type { MachineSection } from './read-machine.js';

/** What could not be looked at in a guest, and why: a busybox guest lacks programs, a plain user may not read it all. */
export function limitsOf(
  probe: GuestProbe,
  machine: MachineSection,
  nics: readonly InspectedNic[],
): string[] {
  const limits: string[] = [];
  if (!machine.has.has('ethtool'))
    limits.push('there is no ethtool in the guest: firmware, rings, channels and offloads are not known');
  if (!machine.has.has('modinfo'))
    limits.push('there is no modinfo in the guest: what the modules were built for is not known');
  if (!probe.userland.ip)
    limits.push('there is no ip in the guest: addresses come from /proc, without their scope');
  if (!probe.userland.udevadm || !probe.udev.running)
    limits.push('udev does not run in the guest: NICs have no names by rule');
  if (probe.user.root === 'no')
    limits.push('this user is not root and sudo does not work without a password: some of it is hidden');
  if (!machine.has.has('lscpu') && machine.facts.hypervisorType === null)
    limits.push('there is no lscpu in the guest: the hypervisor is told by DMI and clock source alone');
  if (machine.facts.dmi.size === 0)
    limits.push('the guest has no DMI: the platform is told by drivers and hypervisor alone');
  if (probe.config !== null && !probe.config.complete)
    limits.push('the guest has more network configuration than hotnic reads');
  if (nics.some(({ link }) => !link.up)) limits.push('NICs that are down show neither link nor speed');
  return limits;
}
