import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { viewDomain } from '../../hypervisor/domain-view.js';
import type { Step } from '../../plan/index.js';
import { listenToDevice } from '../shared/device-events.js';
import type { AttachOptions } from './attach.js';
import type { PreparedAttach } from './prepare.js';

/**
 * Watches whether the NIC stays. A guest that is still scanning PCI takes an attach to a native slot for the unplug
 * button, and the NIC leaves by itself seconds later (kata-containers PR 1147; docs/planes-and-verdicts.md).
 */
export function settleStep(prepared: PreparedAttach, { hypervisor }: AttachOptions, settleMs: number): Step {
  const { state, view, mac } = prepared;
  return {
    name: 'settle',
    describe: `watch for ${settleMs / 1000} s whether it stays: ${prepared.settleReason}`,
    changes: false,
    onInterrupt: 'keep',
    async run({ signal, progress }) {
      const since = Date.now();
      const observer = await hypervisor.observe();
      const { alias } = state.proof;
      const gone = new AbortController();
      await using signs = await listenToDevice(observer, view.domain, alias ?? '');
      signs.on(() => {
        gone.abort();
      });
      const tick = setInterval(() => {
        progress.waiting(`${alias ?? mac} to prove that it stays`, since, since + settleMs);
      }, 500);
      try {
        await sleep(settleMs, undefined, { signal: AbortSignal.any([signal, gone.signal]) });
      } catch (error) {
        if (!gone.signal.aborted) throw error;
      } finally {
        clearInterval(tick);
      }
      const now = await viewDomain(await observer.domainLookupByName(view.name));
      if (now.live?.interfaces.some((one) => one.alias === alias)) return { stayedMs: settleMs };
      throw new HotnicError('left-again', `${mac} left ${view.name} again by itself`, {
        why: 'the guest was scanning PCI and took the attach for the unplug button',
        next: 'wait until the guest has booted, then attach again',
      });
    },
  };
}
