import { HotnicError } from '../../errors/hotnic-error.js';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { observing } from '../../hypervisor/observing.js';
import { awaitArrival } from '../../guest/await-evidence.js';
import type { PciAddress, PciPath } from '../../nic/pci-address.js';
import { PendingError, type Step } from '../../plan/index.js';
import type { AttachOptions } from '../attach/attach.js';
import type { AttachState } from '../attach/state.js';
import type { GuestSession } from '../guest-session.js';
import type { Affect } from '../shared/affect.js';

interface Proving {
  readonly address: PciAddress;
  readonly view: DomainView;
  readonly affect: Affect;
  readonly state: AttachState;
  readonly guest: GuestSession | null;
  /** Where the guest sees it; null where libvirt chooses. */
  readonly path: PciPath | null;
}

/** The steps that prove that a domain has a function: both definitions again, and the guest's own evidence. */
export function proveFunctionSteps(proving: Proving, options: AttachOptions): readonly Step[] {
  const { affect } = proving;
  return [definitionsStep(proving, options), ...(affect.live ? [guestStep(proving, options)] : [])];
}

function definitionsStep({ address, view, affect, state }: Proving, { hypervisor }: AttachOptions): Step {
  return {
    name: 'prove-definitions',
    describe: 'read both definitions again: it is in all of them',
    changes: false,
    onInterrupt: 'keep',
    async run() {
      const now = await observing(hypervisor, async (observer) =>
        viewDomain(await observer.domainLookupByName(view.name)),
      );
      const { proof } = state;
      for (const half of ['live', 'config'] as const) {
        if (!affect[half]) continue;
        const own = now[half]?.hostdevs.find((one) => one.function === address);
        if (!own)
          throw new HotnicError(
            'not-attached',
            `libvirt said that ${address} is attached, and the ${half === 'live' ? 'running' : 'persistent'} definition of ${view.name} lacks it`,
          );
        proof[half] = 'there';
        if (half === 'live') proof.alias = own.alias;
      }
      proof.host = 'no netdev';
      if (!affect.live) proof.provedAt = Date.now();
      return { alias: proof.alias };
    },
  };
}

/** What a function is called in the guest is the guest's; its place tells it. */
function guestStep({ address, view, state, guest, path }: Proving, { timeoutMs, keep }: AttachOptions): Step {
  return {
    name: 'prove-guest',
    describe: guest
      ? `wait for the guest: PCI function, driver, netdev; at the most ${timeoutMs / 1000} s`
      : 'the guest is not asked',
    changes: false,
    onInterrupt: 'keep',
    async run({ signal, progress }) {
      const { proof } = state;
      proof.guest = 'not-asked';
      proof.provedAt = Date.now();
      if (!guest || path === null) return { guest: 'not asked' };
      const since = Date.now();
      const watch = await guest.watch(signal);
      const arrival = await awaitArrival(
        watch,
        { pciPath: path },
        {
          deadlineMs: since + timeoutMs,
          signal,
          onProgress: () => {
            progress.waiting(`the guest to show ${address}`, since, since + timeoutMs);
          },
        },
      );
      if (arrival.outcome !== 'seen') {
        const message = `${address} is attached to ${view.name}, and the guest does not show ${arrival.missing.join(', ')}`;
        if (keep)
          throw new PendingError(message, 'guest: kept attached as you asked', `hotnic list ${view.name}`);
        throw new HotnicError('guest-blind', message, {
          why: 'the guest has no driver for it, no hot-plug driver, or is stuck',
          next: 'hotnic attach … --keep leaves it attached; in the guest: dmesg, lspci',
        });
      }
      proof.guest = 'there';
      proof.guestName = arrival.state.name;
      proof.driver = arrival.state.driver ?? arrival.state.netdev?.driver ?? null;
      proof.provedAt = Date.now();
      return { name: proof.guestName, driver: proof.driver, mac: arrival.state.mac };
    },
  };
}
