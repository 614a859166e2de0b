import { HotnicError } from '../../errors/hotnic-error.js';
import type { NetworkFunction, PciFunction } from '../../hypervisor/pci/index.js';
import type { NodedevFacts } from './facts.js';

/**
 * The functions that are changed together with one: itself alone, or with `wholeGroup` all of its IOMMU group.
 * @throws HotnicError `no-iommu`, `group-shared`, `member-not-a-nic`
 */
export function groupOf(
  one: NetworkFunction,
  facts: NodedevFacts,
  wholeGroup: boolean,
): readonly NetworkFunction[] {
  const { iommuGroup } = one;
  if (iommuGroup === null)
    throw new HotnicError('no-iommu', `${one.address} is in no IOMMU group: it cannot be given to a guest`, {
      why: 'the machine has no IOMMU, or the kernel does not use it',
      state: 'nothing was changed',
      next: 'switch it on in the firmware, and boot the kernel with intel_iommu=on or amd_iommu=on',
    });
  const others = iommuGroup.members.filter((address) => address !== one.address);
  if (others.length === 0) return [one];
  const briefs = others.flatMap((address) => facts.all.get(address) ?? []);
  if (!wholeGroup)
    throw new HotnicError(
      'group-shared',
      `${one.address} shares IOMMU group ${iommuGroup.number} with ${briefs.map(memberText).join(', ')}`,
      {
        why: 'the IOMMU cannot keep the functions of one group apart: a guest gets all of them or none',
        state: 'nothing was changed',
        next: '--whole-group changes all of them',
      },
    );
  const members = briefs.flatMap((member) => {
    const found = facts.functions.find(({ address }) => address === member.address);
    if (found) return [found];
    // Without a driver it is in nobody's way, and vfio lets it be.
    if (member.driver === null) return [];
    throw new HotnicError(
      'member-not-a-nic',
      `IOMMU group ${iommuGroup.number} has ${memberText(member)}, which is no NIC`,
      {
        why: 'hotnic takes no disk, display or other device from the host',
        state: 'nothing was changed',
        next: `if it may go: virsh nodedev-detach pci_${member.address.replace(/[:.]/g, '_')}, then repeat this`,
      },
    );
  });
  return [one, ...members].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** "0000:05:02.0 (e1000)". */
export function memberText({ address, driver }: Pick<PciFunction, 'address' | 'driver'>): string {
  return `${address} (${driver ?? 'no driver'})`;
}
