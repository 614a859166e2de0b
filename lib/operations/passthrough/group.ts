import { isBridge, isVfioDriver, type NetworkFunction } from '../../hypervisor/pci/index.js';
import type { VfKnowledge } from './choose-vf.js';
import { refusal } from './refusals.js';

/**
 * Looks whether the function's IOMMU group can be given away with it: the kernel hands over whole groups, so every
 * other member has to be on vfio-pci or on no driver.
 * @throws HotnicError `no-iommu`, `group-shared` naming the others
 */
export function checkGroup(one: NetworkFunction, { functions }: Pick<VfKnowledge, 'functions'>): void {
  const { address, iommuGroup } = one;
  if (iommuGroup === null)
    throw refusal(
      'no-iommu',
      `${address} is in no IOMMU group: it cannot be given to a guest`,
      'turn the IOMMU on in the firmware, and start the host with intel_iommu=on or amd_iommu=on',
      'VFIO keeps a guest’s device to the guest’s memory by the IOMMU, and this host has none running',
    );
  const others = iommuGroup.members.flatMap((member) => {
    const other = member === address ? undefined : functions.all.get(member);
    return other === undefined || isBridge(other) || other.driver === null || isVfioDriver(other.driver)
      ? []
      : [`${member} (${other.driver})`];
  });
  if (others.length === 0) return;
  throw refusal(
    'group-shared',
    `${address} shares the IOMMU group ${iommuGroup.number} with ${others.join(', ')}`,
    `hotnic nodedev detach ${address} --whole-group, then attach it; or choose another function`,
    'the kernel gives a group to one owner as a whole: "group is not viable"',
  );
}
