import { AffectFlags } from 'node-libvirt';
import { EXIT, HotnicError } from '../../../errors/hotnic-error.js';
import { explainLibvirt } from '../../../hypervisor/libvirt-error.js';
import type { Step } from '../../../plan/index.js';
import type { InterfaceXml } from '../../../xml/domain.js';
import { sameDefinition } from '../../../xml/edit.js';
import { serialize } from '../../../xml/serialize.js';
import type { HalfRequest } from '../request.js';
import { attachableXml, elementOf, updatableXml } from './attachable.js';
import { halfWord, nicName, type HalfName, type NicSubject } from './subject.js';
import { askToLeave, findNow, removeFromConfig } from './take-steps.js';

/** Puts the NIC into a definition that lacks it; undone by taking it out again. */
export function putStep(subject: NicSubject, name: HalfName, half: HalfRequest, xml: string): Step {
  return {
    name: `put-${name}`,
    describe: `put ${nicName(subject)} into the ${halfWord(name)} definition`,
    ...(name === 'config' ? { onInterrupt: 'finish' as const } : {}),
    async run() {
      const { nic, domain } = await findNow(subject, name, half);
      if (nic) return { already: 'there' };
      try {
        await domain.attachDeviceFlags(attachableXml(xml), flagOf(name));
      } catch (error) {
        // A call of the run that was cut off may have come through in the meantime.
        if ((await findNow(subject, name, half)).nic) return { already: 'there' };
        throw explainLibvirt(error, `attach ${nicName(subject)} to ${subject.view.name}`);
      }
      return undefined;
    },
    async undo(context) {
      if (name === 'config') {
        await removeFromConfig(subject, half);
        return;
      }
      const outcome = await askToLeave(subject, half, context);
      if (outcome !== null && outcome.end !== 'removed')
        throw new HotnicError('not-taken-out', `the guest does not let ${nicName(subject)} go`, {
          exitCode: EXIT.half,
          next: `hotnic detach ${subject.view.name} ${nicName(subject)}`,
        });
    },
  };
}

/** Gives a NIC the definition that the goal has; undone with the one it had. */
export function updateStep(
  subject: NicSubject,
  name: HalfName,
  half: HalfRequest,
  { wanted, had }: { readonly wanted: string; readonly had: InterfaceXml },
): Step {
  const put = async (xml: string) => {
    const { nic, domain } = await findNow(subject, name, half);
    if (!nic)
      throw new HotnicError(
        'nic-not-there',
        `${nicName(subject)} is gone from the ${halfWord(name)} definition`,
      );
    try {
      await domain.updateDeviceFlags(updatableXml(xml, nic.element), flagOf(name));
    } catch (error) {
      throw explainLibvirt(error, `update ${nicName(subject)} in the ${halfWord(name)} definition`);
    }
  };
  return {
    name: `update-${name}`,
    describe: `change ${nicName(subject)} in the ${halfWord(name)} definition`,
    ...(name === 'config' ? { onInterrupt: 'finish' as const } : {}),
    async run() {
      await put(wanted);
      return undefined;
    },
    async confirm() {
      const { nic } = await findNow(subject, name, half);
      const left = nic ? sameDefinition(nic.element, elementOf(wanted)) : null;
      if (left?.length === 0) return;
      const told = left === null ? 'the NIC is gone' : left.map(({ path }) => path).join(', ');
      throw new HotnicError(
        'not-updated',
        `the ${halfWord(name)} definition is not as it should be: ${told}`,
      );
    },
    undo: () => put(serialize(had.element)),
  };
}

function flagOf(name: HalfName): number {
  return name === 'live' ? AffectFlags.LIVE : AffectFlags.CONFIG;
}
