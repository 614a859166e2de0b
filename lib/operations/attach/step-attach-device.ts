import { HotnicError, EXIT } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Step } from '../../plan/index.js';
import { affectFlags, affectText } from '../shared/affect.js';
import type { AttachOptions } from './attach.js';
import type { PreparedAttach } from './prepare.js';
import { takeOut } from './take-out.js';

/**
 * Gives the NIC to every definition that should have it, in one call: libvirt changes all of them or none. The slot is
 * chosen beforehand, so that both definitions get the same address.
 */
export function attachDeviceStep(prepared: PreparedAttach, options: AttachOptions): Step {
  const { view, affect, xml, state, mac, pciPath } = prepared;
  return {
    name: 'attach-device',
    describe: `attach ${mac} to ${affectText(affect)}${pciPath === null ? '' : ` at PCI path ${pciPath}`}`,
    input: { xml, live: affect.live, config: affect.config },
    async run() {
      state.attached = true;
      try {
        await view.domain.attachDeviceFlags(xml, affectFlags(affect));
      } catch (error) {
        state.attached = await prepared.isThere().catch(() => true);
        throw explainLibvirt(
          error,
          `attach ${mac} to ${view.name}`,
          state.attached ? undefined : 'nothing is attached',
        );
      }
      state.proof.attachedAt = Date.now();
      return undefined;
    },
    async undo({ progress, note }) {
      if (!state.attached) return;
      const left = await takeOut(prepared, options.hypervisor, progress, note).catch(
        (error: unknown) =>
          `${mac} could not be taken out again: ${error instanceof Error ? error.message : String(error)}`,
      );
      if (left === null) return;
      throw new HotnicError('not-taken-out', left, {
        exitCode: EXIT.half,
        next: `hotnic detach ${view.name} ${mac}`,
      });
    },
  };
}
