import { HotnicError } from '../../errors/hotnic-error.js';
import { viewDomain } from '../../hypervisor/domain-view.js';
import { readHostNetdev } from '../../hypervisor/host-netdevs.js';
import { observing } from '../../hypervisor/observing.js';
import type { Step } from '../../plan/index.js';
import type { InterfaceXml } from '../../xml/domain.js';
import type { AttachOptions } from './attach.js';
import type { PreparedAttach } from './prepare.js';

/** Reads both definitions and the host's kernel again: the NIC is where it was asked to be. */
export function proveDefinitionsStep(prepared: PreparedAttach, { hypervisor }: AttachOptions): Step {
  const { view, affect, state, mac } = prepared;
  return {
    name: 'prove-definitions',
    describe: 'read both definitions and the host again: it is in all of them',
    changes: false,
    onInterrupt: 'keep',
    async run() {
      const now = await observing(hypervisor, async (observer) =>
        viewDomain(await observer.domainLookupByName(view.name)),
      );
      const { live, config } = prepared.ownIn(now);
      if ((affect.live && !live) || (affect.config && !config))
        throw new HotnicError(
          'not-attached',
          `libvirt said that ${mac} is attached, and the ${affect.live && !live ? 'running' : 'persistent'} definition of ${view.name} lacks it`,
        );
      const { proof } = state;
      if (live) {
        proof.live = 'there';
        proof.alias = live.alias;
        proof.target = live.target;
        proof.host = live.target === null ? 'no netdev' : await onHost(live, hypervisor);
        prepared.livePath = live.pciAddress === null ? null : (now.live?.pciPathOf(live.pciAddress) ?? null);
      }
      if (config) proof.config = 'there';
      if (!affect.live) proof.provedAt = Date.now();
      return { alias: proof.alias, target: proof.target, pciPath: prepared.livePath };
    },
  };
}

async function onHost(
  { target, type }: InterfaceXml,
  hypervisor: AttachOptions['hypervisor'],
): Promise<'there' | 'no netdev'> {
  if (target === null || !['network', 'bridge', 'ethernet', 'direct'].includes(type)) return 'no netdev';
  if (await readHostNetdev(hypervisor.host, target)) return 'there';
  throw new HotnicError(
    'host-missing',
    `libvirt names the host interface ${target}, and the host's kernel has none of that name`,
  );
}
