import { AffectFlags, DomainXMLFlags, isDeviceMissing, type Domain } from 'node-libvirt';
import { HotnicError, EXIT } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import { isLost, observing } from '../../hypervisor/observing.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { Step } from '../../plan/index.js';
import { readDomain, type InterfaceXml } from '../../xml/domain.js';
import { serialize } from '../../xml/serialize.js';
import { ownElement } from '../shared/own-element.js';
import type { DetachOptions } from './detach.js';
import type { PreparedDetach } from './prepare.js';

/**
 * Takes the NIC out of the persistent definition, with XML made from that definition: addresses may differ from the
 * running one. Runs also when the user interrupts, because the running definition has let go by now.
 */
export function removeConfigStep(prepared: PreparedDetach, { hypervisor }: DetachOptions): Step {
  const { view, affect } = prepared;
  return {
    name: 'remove-config',
    describe: 'take it out of the persistent definition',
    input: { xml: xmlOf(prepared) },
    ...(affect.live ? { onInterrupt: 'finish' as const } : {}),
    async run() {
      try {
        await takeOut(prepared, hypervisor);
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

/** A daemon that was restarted is asked again: the running definition has let go, and this half must not stay. */
async function takeOut(prepared: PreparedDetach, hypervisor: Hypervisor): Promise<void> {
  const from = (domain: Domain) => domain.detachDeviceFlags(xmlOf(prepared), AffectFlags.CONFIG);
  try {
    await from(prepared.view.domain);
  } catch (error) {
    if (!isLost(error)) throw error;
    await observing(hypervisor, async (observer) =>
      from(await observer.domainLookupByName(prepared.view.name)),
    );
  }
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
