import { EXIT, HotnicError } from '../../errors/hotnic-error.js';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { readHostNetdev } from '../../hypervisor/host-netdevs.js';
import { observing } from '../../hypervisor/observing.js';
import type { Nic } from '../../nic/sighting.js';
import type { DetachState } from './state.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { PendingError, type Step } from '../../plan/index.js';
import type { InterfaceXml } from '../../xml/domain.js';
import type { DetachOptions } from './detach.js';
import type { PreparedDetach } from './prepare.js';

/** Reads both definitions and the host's kernel anew: the NIC is in none of those it was taken from. */
export function proveDefinitionsStep(
  { view, nic, affect, state }: PreparedDetach,
  { hypervisor, guest }: DetachOptions,
): Step {
  return {
    name: 'prove-definitions',
    describe: 'read both definitions and the host again: it is in none of them',
    changes: false,
    onInterrupt: 'finish',
    async run() {
      const now = await readAgain(view.name, hypervisor);
      const { live, config } = nic.sightings;
      const there = (one: InterfaceXml, seen: typeof live) =>
        one.mac === seen?.mac && one.pciAddress === (seen.facts['pciAddress'] ?? null);
      // libvirt gives a free alias to the next device: it takes the MAC to know the NIC by it.
      const same = (one: InterfaceXml) => one.alias === nic.alias && one.mac === (live?.mac ?? null);
      if (affect.live) state.proof.live = now.live?.interfaces.some(same) ? 'there' : 'gone';
      if (affect.config)
        state.proof.config = now.config?.interfaces.some((one) => there(one, config)) ? 'there' : 'gone';
      if (state.proof.live === 'there' || state.proof.config === 'there')
        throw new HotnicError(
          'not-gone',
          `the ${state.proof.live === 'there' ? 'running' : 'persistent'} definition of ${view.name} still has the NIC`,
          {
            next: `hotnic list ${view.name}`,
            // What the guest has let go of cannot be put back.
            ...(affect.live ? { exitCode: EXIT.half } : {}),
          },
        );
      if (affect.live && nic.target !== null && live?.facts['type'] !== 'ethernet') {
        const left = await readHostNetdev(hypervisor.host, nic.target);
        if (left)
          state.warnings.push(
            `the host still has ${left.name}${left.master === null ? '' : ` on ${left.master}`}`,
          );
      }
      if (!affect.live) sayWhatElseIsGone(state, nic, now);
      // Where the guest is asked as well, its answer comes last and is the proof.
      if (!affect.live || guest === null || nic.pciPath === null) state.proof.provedAt = Date.now();
      return { ...state.proof };
    },
  };
}

/** The definitions as they are now. That they cannot be read undoes nothing: what was asked for was carried out. */
async function readAgain(name: string, hypervisor: Hypervisor): Promise<DomainView> {
  try {
    return await observing(hypervisor, async (observer) =>
      viewDomain(await observer.domainLookupByName(name)),
    );
  } catch (error) {
    throw new PendingError(
      `the NIC was taken out of ${name}, and the definitions could not be read again: ${error instanceof Error ? error.message : String(error)}`,
      'definitions: not proved',
      `hotnic list ${name}`,
    );
  }
}

/**
 * A NIC that was in the persistent definition alone: a running domain lacks it, and so should its guest. Both were
 * read, so both are told.
 */
function sayWhatElseIsGone(state: DetachState, { mac }: Nic, now: DomainView): void {
  const has = (other: { readonly mac: string | null }) => mac !== null && other.mac === mac;
  if (now.live && !now.live.interfaces.some(has)) state.proof.live = 'gone';
  if (!state.guest || state.proof.live !== 'gone') return;
  const shown = state.guest.probe.netdevs.find(has);
  state.proof.guest = shown ? 'there' : 'gone';
  if (shown) state.warnings.push(`the guest still has ${shown.name} with the MAC ${shown.mac ?? ''}`);
}
