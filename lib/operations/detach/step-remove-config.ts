import { AffectFlags, DomainXMLFlags, isDeviceMissing } from 'node-libvirt';
import { HotnicError, EXIT } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Step } from '../../plan/index.js';
import { readDomain, type InterfaceXml } from '../../xml/domain.js';
import { serialize } from '../../xml/serialize.js';
import { ownElement } from '../shared/own-element.js';
import type { PreparedDetach } from './prepare.js';

/**
 * Takes the NIC out of the persistent definition, with XML made from that definition: addresses may differ from the
 * running one. Runs also when the user interrupts, because the running definition has let go by now.
 */
export function removeConfigStep(prepared: PreparedDetach): Step {
  const { view, affect } = prepared;
  return {
    name: 'remove-config',
    describe: 'take it out of the persistent definition',
    input: { xml: xmlOf(prepared) },
    ...(affect.live ? { onInterrupt: 'finish' as const } : {}),
    async run() {
      try {
        await view.domain.detachDeviceFlags(xmlOf(prepared), AffectFlags.CONFIG);
      } catch (error) {
        if (isDeviceMissing(error)) return { already: 'gone' };
        throw failed(error, prepared);
      }
      return undefined;
    },
    // Put back what was taken out, should a later step of a detach from the persistent definition alone fail.
    ...(affect.live
      ? {}
      : {
          undo: async () => {
            if ((await twins(prepared)).length > 0) return;
            await view.domain.attachDeviceFlags(xmlOf(prepared), AffectFlags.CONFIG);
          },
        }),
  };
}

function failed(error: unknown, { view, affect, nic }: PreparedDetach): Error {
  const explained = explainLibvirt(
    error,
    `take ${nic.mac ?? ''} out of the persistent definition of ${view.name}`,
  );
  if (!affect.live) return explained;
  return new HotnicError('half-detached', explained.message, {
    state: 'the NIC is gone from the running definition and still in the persistent one',
    next: `hotnic detach ${view.name} ${nic.mac ?? ''} --config`,
    exitCode: EXIT.half,
    cause: error,
  });
}

function own({ view, nic }: PreparedDetach): InterfaceXml {
  return ownElement(view, nic, 'config');
}

function xmlOf(prepared: PreparedDetach): string {
  return serialize(own(prepared).element);
}

async function twins(prepared: PreparedDetach): Promise<readonly InterfaceXml[]> {
  const mine = own(prepared);
  const now = readDomain(await prepared.view.domain.getXMLDesc(DomainXMLFlags.INACTIVE));
  return now.interfaces.filter((one) => one.mac === mine.mac && one.pciAddress === mine.pciAddress);
}
