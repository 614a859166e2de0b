import { AffectFlags, DomainXMLFlags } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Nic } from '../../nic/sighting.js';
import type { Step } from '../../plan/index.js';
import { readDomain } from '../../xml/domain.js';
import { interfaceWith, sameDefinition, type InterfaceChanges } from '../../xml/edit.js';
import { serialize } from '../../xml/serialize.js';
import { ownElement } from '../shared/own-element.js';

/** One of the two definitions. */
export type Half = 'live' | 'config';

/** Changes one definition and reads it back; undone with the element as it was before. */
export function changeStep(view: DomainView, nic: Nic, half: Half, changes: InterfaceChanges): Step {
  const before = ownElement(view, nic, half);
  const after = interfaceWith(before.element, changes);
  const flags = half === 'live' ? AffectFlags.LIVE : AffectFlags.CONFIG;
  const words = half === 'live' ? 'running' : 'persistent';
  const put = async (xml: string) => {
    try {
      await view.domain.updateDeviceFlags(xml, flags);
    } catch (error) {
      throw explainLibvirt(
        error,
        `update ${nic.alias ?? nic.mac ?? 'the NIC'} in the ${words} definition of ${view.name}`,
      );
    }
  };
  return {
    name: `update-${half}`,
    describe: `change it in the ${words} definition`,
    input: { before: serialize(before.element), after: serialize(after) },
    // With one half changed, the other has to follow: stopping between would leave them apart.
    ...(half === 'config' ? { onInterrupt: 'finish' as const } : {}),
    async run() {
      await put(serialize(after));
      return undefined;
    },
    async confirm() {
      const now = readDomain(await view.domain.getXMLDesc(half === 'live' ? 0 : DomainXMLFlags.INACTIVE));
      const found = now.interfaces.find(
        (one) => one.mac === before.mac && one.pciAddress === before.pciAddress,
      );
      const left = found ? sameDefinition(found.element, after) : null;
      if (left?.length === 0) return;
      const told = left === null ? 'the NIC is gone' : left.map(({ path }) => path).join(', ');
      throw new HotnicError(
        'not-updated',
        `libvirt said that the ${words} definition is changed, and it is not: ${told}`,
      );
    },
    async undo() {
      try {
        await put(serialize(before.element));
      } catch (error) {
        throw new HotnicError('not-restored', error instanceof Error ? error.message : String(error), {
          next: `hotnic journal show last has the XML as it was; hotnic list ${view.name} shows what differs now`,
          cause: error,
        });
      }
    },
  };
}
